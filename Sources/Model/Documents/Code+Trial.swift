/// Shares of a canary: 142x.
extension Code {
    public static let badShare = Code(
        1421, .usage, "this is no share",
        "A share is written in per cent, such as 5% or 0.5%: more than nothing, at most 100%.")

    static let trials: [Code] = [
        badShare
    ]
}
