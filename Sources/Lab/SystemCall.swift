import Glibc
import SystemPackage

extension LabError {
    /// A system call that failed with `errno`.
    static func call(_ operation: String, _ subject: String, _ cause: Errno) -> LabError {
        LabError(.system, "\(operation) \(subject): \(cause)")
    }
}

/// Throws what `errno` says if `result` is -1, the sign of failure of most calls.
@discardableResult
func checked<T: BinaryInteger>(_ operation: String, _ subject: String, _ result: T) throws(LabError) -> T {
    guard result != -1 else { throw .call(operation, subject, Errno(rawValue: errno)) }
    return result
}

/// Throws for the calls that return `-errno` (libbpf, the shims).
@discardableResult
func negated(_ operation: String, _ subject: String, _ result: CInt) throws(LabError) -> CInt {
    guard result >= 0 else { throw .call(operation, subject, Errno(rawValue: -result)) }
    return result
}

/// Throws for the calls that return an error number (pthread, posix_spawn).
func numbered(_ operation: String, _ subject: String, _ result: CInt) throws(LabError) {
    guard result == 0 else { throw .call(operation, subject, Errno(rawValue: result)) }
}
