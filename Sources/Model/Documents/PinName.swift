/// What a run pins in its directory, `<bpffs>/migrate/<run>/` (docs/pins.md).
public enum PinName {
    /// Describes the run and its hooks; the last to go.
    public static let record = "record"
    public static let cell = "cell"
    public static let control = "control"

    /// The program that was in hook `index`, and in every later one that held the same.
    public static func legacy(_ index: Int) -> String { "legacy_\(index)" }

    /// For each hook the number of its legacy program's pin: the position of the first hook with that program. A node has
    /// thousands of hooks and few programs.
    ///
    /// - Parameter programs: ids of the legacy programs, hook by hook.
    public static func legacyNumbers(_ programs: [UInt32]) -> [Int] {
        var first: [UInt32: Int] = [:]
        return programs.enumerated().map { index, program in
            first[program] = first[program] ?? index
            return first[program] ?? index
        }
    }
    /// The map through which the switch of a pair reaches its legacy program.
    public static func slot(_ pair: UInt32) -> String { "slot_\(pair)" }
    /// The replacement without a switch that `finalize` puts into the hooks of a pair.
    public static func plain(_ pair: UInt32) -> String { "plain_\(pair)" }

    /// What a later version pins beside these, and a rollback by this one takes away without knowing what it is.
    public static let laterPrefix = "extra_"

    /// Why a run's pins go, all or some of them.
    public enum Removal: Sendable {
        /// Rolled back: the legacy programs first, for they are in their hooks again; the cell that rules the switches late.
        case undone
        /// Final: the sets of interfaces stay, for the programs in the hooks ask them. First goes what the kernel takes
        /// longest to free.
        case finalized
    }

    /// Those of a run's names that go, in their order: what tells whose pins these are last. Names of no layout are nobody's
    /// to remove.
    public static func removal(_ names: [String], _ removal: Removal) -> [String] {
        let legacy = { (name: String) in name.hasPrefix("legacy_") }
        let pairs: [(String) -> Bool] = [{ $0.hasPrefix("slot_") }, { $0.hasPrefix("plain_") }]
        let cutover: [(String) -> Bool] = [{ $0 == control }, { $0 == cell }]
        let groups: [(String) -> Bool] =
            switch removal {
            case .undone:
                [legacy] + pairs + [{ $0.hasPrefix(EnrolledPin.prefix) }, { $0.hasPrefix(laterPrefix) }] + cutover
            case .finalized: cutover + pairs + [legacy]
            }
        return (groups + [{ $0 == record }]).flatMap { names.filter($0) }
    }
}
