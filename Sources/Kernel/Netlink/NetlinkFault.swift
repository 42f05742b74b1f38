/// Where in a message the bytes do not say what they must.
///
/// The socket turns it into a `KernelError` that names what was being read.
public struct NetlinkFault: Error, Hashable, Sendable, CustomStringConvertible {
    public var reason: String
    /// Attribute types from the outermost in, `[2, 6]` is attribute 6 in attribute 2.
    public var path: [UInt16]

    public init(_ reason: String, path: [UInt16] = []) {
        self.reason = reason
        self.path = path
    }

    /// The same fault, seen from the attribute that holds it.
    func inside(_ type: UInt16) -> NetlinkFault { NetlinkFault(reason, path: [type] + path) }

    public var description: String {
        path.isEmpty ? reason : "attribute \(path.map(String.init).joined(separator: ".")): \(reason)"
    }
}
