/// Database and files: 15xx.
extension Code {
    public static let databaseNewer = Code(
        1501, .database, "the database is newer than this program",
        "A later version wrote it. Use that version, or another --db.")
    public static let databaseDamaged = Code(
        1502, .database, "the database is damaged",
        "SQLite cannot read it. If SQLite once wrote it, move it away; rollback works from the pins without it. Any other file is left alone: name another with --db."
    )
    public static let databaseReadOnly = Code(
        1503, .database, "the database cannot be written", "The file or its directory is read-only.")
    public static let diskFull = Code(
        1504, .database, "the disk is full", "Free space is under twice what the command needs.")
    public static let databaseFailure = Code(1505, .database, "the database failed", "SQLite's own words are quoted.")
    public static let badStateDirectory = Code(
        1506, .permission, "the state directory is not safe",
        "It must be a directory of root's that others cannot write to, and no link.")
    public static let outputFailed = Code(
        1507, .database, "the output could not be written", "The result was computed but not stored where asked.")

    static let files: [Code] = [
        databaseNewer, databaseDamaged, databaseReadOnly, diskFull, databaseFailure, badStateDirectory,
        outputFailed,
    ]
}
