import Glibc
import SystemPackage

/// Where the keeper's executable is.
enum LabExecutable {
    /// `MIGRATE_LAB`, or this program if it is migrate-lab, or the one beside the test bundle.
    static func find() throws(LabError) -> String {
        // SAFETY: getenv() returns a C string or nil; nobody in this process changes it.
        if let path = unsafe getenv("MIGRATE_LAB").map({ unsafe String(cString: $0) }) { return path }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        // SAFETY: readlink() writes at most the buffer's count, without a zero byte.
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let bundles = CommandLine.arguments.filter { $0.contains(".xctest") }
        for directory in ([own] + bundles).map({ FilePath($0).removingLastComponent() }) {
            let candidate = directory.appending("migrate-lab").string
            // SAFETY: access() reads the path.
            if unsafe access(candidate, X_OK) == 0 { return candidate }
        }
        throw LabError(
            .unusable, "find migrate-lab", facts: ["not beside \(own)", "not beside a test bundle"],
            remedy: "Build it, or say where:  MIGRATE_LAB=/path/to/migrate-lab")
    }
}
