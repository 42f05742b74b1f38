/// The catalogue of codes: `migrate explain`, docs/codes.md and every message are made of it. A number once given keeps its
/// meaning. The codes themselves are in files by what they are about.
extension Code {
    /// By number.
    public static let all: [Code] =
        (machine + plans + runs + entries + programs + shadows + trials + reports + audit + watching + files + misuse)
        .sorted { $0.number < $1.number }
}
