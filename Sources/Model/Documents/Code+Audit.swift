/// Codes of the audit log: 1440 to 1449.
extension Code {
    public static let auditEdited = Code(
        1440, .auditBroken, "a record of the audit log was changed",
        "Its hash is not that of its bytes, or not the one that the next record names; or what the log says of a plan, a run or a shadow is not what the database holds. What the record says now is not what was written then."
    )
    public static let auditInserted = Code(
        1441, .auditBroken, "a record was put into the audit log",
        "It names the record before it, and no record that came later names it. It was not written by this program when the others were."
    )
    public static let auditRemoved = Code(
        1442, .auditBroken, "records of the audit log were removed",
        "Later ones are there, and these are not: their numbers are missing, and the next record names a hash that nothing has."
    )
    public static let auditCutOff = Code(
        1443, .auditBroken, "the end of the audit log is missing",
        "A head that was kept elsewhere is not in it. A plain copy of a database that was in use has lost its tail: copy it with `migrate audit export` or VACUUM INTO. Else it was cut off, or set back to an earlier state."
    )
    public static let auditForked = Code(
        1444, .auditBroken, "the audit log was written anew",
        "Where a head that was kept elsewhere was, there is another record now: the log was changed from some record on and all hashes computed again, or an earlier copy was put back and went on from there."
    )
    public static let auditMoved = Code(
        1445, .auditBroken, "records of the audit log stand elsewhere",
        "All are there, and their hashes say that they were written in another order than they stand in.")
    public static let auditOtherMachine = Code(
        1446, .auditBroken, "the audit log is of another machine",
        "Its first record, or one further on, names another machine id than it should: the database was copied from another node, or the node got another id."
    )
    public static let auditExportCutOff = Code(
        1447, .auditBroken, "the exported audit log is cut off",
        "The line that an export ends with is missing: the file was not written or copied to its end. Export it again.")
    public static let auditUnwritten = Code(
        1448, .done, "the audit log could not be written",
        "A rollback, and what the kernel has decided already, do not wait for the database: the record was printed instead. Keep it."
    )
    public static let auditUnreadable = Code(
        1449, .badInput, "this is no audit log",
        "A database of this program, a copy of one, or a file that `migrate audit export` wrote is wanted; and for --expect-head a head as that and every run print it."
    )

    static let audit: [Code] = [
        auditEdited, auditInserted, auditRemoved, auditCutOff, auditForked, auditMoved, auditOtherMachine,
        auditExportCutOff, auditUnwritten, auditUnreadable,
    ]
}
