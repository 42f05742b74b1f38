extension Code {
    // 143x: reports.
    public static let unreadableReport = Code(
        1430, .badInput, "the report cannot be read",
        "The file is missing, cut off, or no report of this program: JSON as `migrate report --format json` writes it, or an HTML report."
    )
    public static let editedReport = Code(
        1431, .badInput, "the HTML report was edited",
        "Its document does not fit the SHA-256 beside it. What the page shows is not what was written.")
    public static let noReports = Code(
        1432, .badInput, "there is no report in this directory",
        "`report merge` reads every file that ends in .json or .html. None of them is a report.")

    static let reports: [Code] = [unreadableReport, editedReport, noReports]
}
