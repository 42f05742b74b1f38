/// What is wrong with an audit log.
public enum AuditFinding: Hashable, Sendable {
    /// This record is not the one that was written: its own hash, or the record after it, says so.
    case edited(Int)
    /// A record nobody's successor knows, after this one.
    case inserted(after: Int)
    /// These are not there, and later ones are.
    case removed(ClosedRange<Int>)
    /// It stands elsewhere than it was written.
    case moved(Int)
    /// An expected head is further on than the log.
    case cutOff(last: Int?, expected: AuditHead)
    /// There is another record where an expected head was. Up to `shared`, a head that was expected as well, both are one.
    case forked(expected: AuditHead, shared: Int?)
    /// The hash alone was expected, and nothing has it: cut off, or written anew.
    case unknownHead(AuditHead)
    /// A record of another machine than the first, or than this one.
    case otherMachine(sequence: Int, found: String, expected: String)
    /// The file ends before the line that an export ends with.
    case exportCutOff

    public var code: Code {
        switch self {
        case .edited: .auditEdited
        case .inserted: .auditInserted
        case .removed: .auditRemoved
        case .moved: .auditMoved
        case .cutOff, .unknownHead: .auditCutOff
        case .forked: .auditForked
        case .otherMachine: .auditOtherMachine
        case .exportCutOff: .auditExportCutOff
        }
    }

    public var sentence: String {
        switch self {
        case .edited(let sequence): "record \(sequence) was changed after it was written"
        case .inserted(let sequence):
            sequence < 0 ? "a record was put in before the first" : "a record was put in after record \(sequence)"
        case .removed(let range):
            range.count == 1
                ? "record \(range.lowerBound) was removed"
                : "records \(range.lowerBound) to \(range.upperBound) were removed"
        case .moved(let sequence): "record \(sequence) does not stand in its place"
        case .cutOff(let last, let expected):
            "the log ends at record \(last.map(String.init) ?? "none"), and record \(expected.sequence ?? 0) was there once"
        case .forked(let expected, let shared):
            "record \(expected.sequence ?? 0) is another one than was there once"
                + (shared.map { "; up to record \($0) the log is the same" } ?? "")
        case .unknownHead(let head):
            "no record has the hash \(head.hash): the log was cut off, or written anew"
        case .otherMachine(let sequence, let found, let expected):
            "record \(sequence) is of machine \(found), not of \(expected)"
        case .exportCutOff: "the file ends before the last line of an export"
        }
    }
}
