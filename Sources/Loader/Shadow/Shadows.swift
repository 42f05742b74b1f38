import Kernel
import Model
import SystemPackage

/// Shadows at all hooks of a plan: in front of them, for as long as this object lives and is not told to ``detach()``, or in
/// their slots, for as long as their run is not taken back.
public final class Shadows {
    private var groups: [AttachedShadow] = []
    private let slots: SlotWatch?
    private let readers: [ShadowReader]

    /// Those that an ``Installer`` has put into the slots.
    init(inSlots slots: SlotWatch, _ readers: [ShadowReader]) {
        (self.slots, self.readers) = (slots, readers)
    }

    /// Loads them and attaches them in front. The caller holds the node's lock meanwhile.
    ///
    /// - Parameter members: for membership `enrolled`, as `apply` would fill its sets.
    /// - Throws: what failed; nothing of it is left then.
    public init(
        _ wanted: [ShadowGroup], members: [EnrolledSet.Interface], node: NetworkNamespace
    ) throws(MigrateError) {
        var groups: [AttachedShadow] = []
        do throws(KernelError) {
            let directory = try NamespaceDirectory(node: node, seeking: Set(wanted.map(\.netns)))
            for group in wanted {
                guard let namespace = directory[group.netns] else {
                    throw .refused("enter", "network namespace \(group.netns)", "it was not found")
                }
                groups.append(
                    try AttachedShadow(group, members.filter { $0.netns == group.netns }, in: namespace))
            }
        } catch {
            throw Self.failure(error)
        }
        (self.groups, slots, readers) = (groups, nil, groups.map(\.reader))
    }

    private static func failure(_ error: KernelError) -> MigrateError {
        MigrateError(
            error.code == .unsupported ? .shadowNeedsTCX : .shadowNotAttached, "cannot compare on live traffic",
            facts: ["\(error)"], remedy: "Compare on made packets:  migrate plan --equivalence")
    }

    /// Takes links away. Behind it no packet is counted any more, and what was counted can be read.
    public func detach() { for group in groups { group.detach() } }

    /// One line for each hook that does not hold what it should, or that no shadow stands in front of.
    public func disturbances() -> [String] { groups.flatMap { $0.disturbances() } + (slots?.disturbances() ?? []) }

    /// Why there is nothing more to be seen; `nil` as long as there is. Costs little.
    public func end() -> String? { slots?.end(readers) }

    /// Packets that filters dropped meanwhile, in lines: those of the legacy programs, and those that may be others'.
    public func dropped() throws(KernelError) -> (certain: [String], possible: [String]) {
        var lines: (certain: [String], possible: [String]) = ([], [])
        for reader in readers {
            let more = try reader.dropped()
            lines.certain += more.certain
            lines.possible += more.possible
        }
        return lines
    }

    public func totals() throws(KernelError) -> ShadowTotals {
        var sum = ShadowTotals()
        for reader in readers { sum += try reader.totals() }
        return sum
    }

    /// Of every namespace, those that at least one of the two redirects.
    public func destinations() throws(KernelError) -> [ShadowDestination] {
        var found: [ShadowDestination] = []
        for reader in readers { found += try reader.destinations() }
        return found
    }

    /// What was put aside since this was asked last.
    public func takePackets() throws(KernelError) -> [ShadowPacket] {
        var found: [ShadowPacket] = []
        for reader in readers { found += try reader.packets() }
        return found
    }
}
