/// Where a run pins the set of enrolled interfaces of a namespace (docs/pins.md).
public enum EnrolledPin {
    public static let prefix = "enrolled_"
    /// - Parameter netns: cookie of the namespace.
    public static func name(_ netns: UInt64) -> String { "\(prefix)\(netns)" }
}
