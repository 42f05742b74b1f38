/// What a run pins in its directory, `<bpffs>/migrate/<run>/` (docs/pins.md).
public enum PinName {
    /// Describes the run and its hooks; the last to go.
    public static let record = "record"
    public static let cell = "cell"
    public static let control = "control"

    /// The program that was in hook `index`.
    public static func legacy(_ index: Int) -> String { "legacy_\(index)" }
    /// The map through which the switch of a pair reaches its legacy program.
    public static func slot(_ pair: UInt32) -> String { "slot_\(pair)" }
    /// The replacement without a switch that `finalize` puts into the hooks of a pair.
    public static func plain(_ pair: UInt32) -> String { "plain_\(pair)" }

    /// Those of a run's names, in the order in which they may go: what a rollback puts back first, what tells whose pins
    /// these are last. Names of no layout are nobody's to remove.
    ///
    /// - Parameter enrolled: whether the sets of interfaces go as well; a finalized run's programs still ask them.
    public static func removal(_ names: [String], enrolled: Bool) -> [String] {
        let groups: [(String) -> Bool] = [
            { $0.hasPrefix("legacy_") }, { $0.hasPrefix("slot_") }, { $0.hasPrefix("plain_") },
            { enrolled && $0.hasPrefix(EnrolledPin.prefix) }, { $0 == control }, { $0 == cell }, { $0 == record },
        ]
        return groups.flatMap { names.filter($0) }
    }
}
