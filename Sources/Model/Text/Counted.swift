extension Int {
    /// `1 hook`, `2 hooks`. With a verb that follows: `2.of("hook", "holds", "hold")` is `2 hooks hold`.
    public func of(_ noun: String, _ singular: String? = nil, _ plural: String? = nil) -> String {
        let verb = self == 1 ? singular : plural
        return "\(self) \(noun)\(self == 1 ? "" : "s")" + (verb.map { " " + $0 } ?? "")
    }
}
