import SystemPackage

/// An error as the operator meets it, in the same form as `migrate`'s own: what failed, whether anything was
/// changed, the facts, one command, a code.
///
/// Not `MigrateError`: its codes are a catalogue of the installed command, which the lab is no part of.
public struct LabError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// What kind of failure it is; the raw value is printed.
    public enum Code: String, Hashable, Sendable, Codable {
        case needsRoot = "LAB1001"
        case unusable = "LAB1002"
        case alreadyUp = "LAB1003"
        case realDeployment = "LAB1004"
        case notUp = "LAB1005"
        case buildFailed = "LAB1006"
        case commandFailed = "LAB1007"
        case system = "LAB1008"
        case leftovers = "LAB1009"

        /// The exit status, from the same table as `migrate` (sysexits(3) from 64 on).
        public var exit: Int32 {
            switch self {
            case .needsRoot: 77
            case .unusable: 64
            case .alreadyUp, .realDeployment, .buildFailed: 10
            case .notUp: 69
            case .leftovers: 30
            case .commandFailed, .system: 1
            }
        }
    }

    public var code: Code
    /// Verb and object in lower case.
    public var what: String
    public var changed: String
    /// One line each.
    public var facts: [String]
    /// What to type next.
    public var remedy: String?

    public init(
        _ code: Code, _ what: String, changed: String = "nothing was changed", facts: [String] = [],
        remedy: String? = nil
    ) {
        self.code = code
        self.what = what
        self.changed = changed
        self.facts = facts
        self.remedy = remedy
    }

    /// Writes the text to standard error.
    public func print() { _ = try? FileDescriptor.standardError.writeAll((description + "\n").utf8) }

    /// The text on standard error.
    public var description: String {
        let first = "Error: \(what); \(changed)."
        let gap = String(repeating: " ", count: max(1, 72 - first.count))
        return ([first + gap + "[\(code.rawValue)]"] + facts.map { "  " + $0 } + (remedy.map { ["  " + $0] } ?? []))
            .joined(separator: "\n")
    }
}
