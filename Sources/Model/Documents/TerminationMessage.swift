/// How a command ended, in the few bytes that Kubernetes keeps of a container (`terminationMessagePath`): enough to know what holds
/// and what to type next, without a right to read logs. The document itself is on standard output.
public struct TerminationMessage: Codable, Hashable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "termination"
    public var exit: Int32
    /// Of an error: its code, what failed, what holds, and the facts.
    public var code: String?
    public var what: String?
    public var changed: String?
    public var facts: [String] = []
    public var remedy: String?
    /// Of a document: which plan or run it is about, and how that stands.
    public var planID: String?
    public var runID: String?
    public var state: String?
    public var reason: String?
    public var share: Int?
    public var next: String?
    /// Whether something was left out for want of room.
    public var isCut: Bool?

    public init(exit: Int32) { self.exit = exit }

    /// What the kubelet reads of the file (`MaxPodTerminationMessageLogLength`, pkg/kubelet/container/runtime.go).
    public static let limit = 4096

    /// One line of JSON, at most ``limit`` bytes: facts go from the end, then long texts are cut.
    public func text() throws -> String {
        var message = self
        var bytes = try JSON.canonical(message)
        while bytes.count > Self.limit, message.facts.popLast() != nil {
            message.isCut = true
            bytes = try JSON.canonical(message)
        }
        if bytes.count > Self.limit {
            // A scalar takes six bytes at most, escaped; and these are six texts.
            func cut(_ text: String?) -> String? {
                text.map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(60))) }
            }
            message.isCut = true
            (message.what, message.changed) = (cut(message.what), cut(message.changed))
            (message.remedy, message.next) = (cut(message.remedy), cut(message.next))
            (message.planID, message.runID) = (cut(message.planID), cut(message.runID))
            bytes = try JSON.canonical(message)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
