import Kernel
import Model
import SystemPackage

/// Shadows in front of all hooks of a plan, for as long as this object lives and is not told to ``detach()``.
public final class Shadows {
    private var groups: [AttachedShadow] = []

    /// Loads and attaches. The caller holds the node's lock meanwhile.
    ///
    /// - Parameter members: for membership `enrolled`, as `apply` would fill its sets.
    /// - Throws: what failed; nothing of it is left then.
    public init(
        _ wanted: [ShadowGroup], members: [EnrolledSet.Interface], node: NetworkNamespace
    ) throws(MigrateError) {
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
    }

    private static func failure(_ error: KernelError) -> MigrateError {
        MigrateError(
            error.code == .unsupported ? .shadowNeedsTCX : .shadowNotAttached, "cannot compare on live traffic",
            facts: ["\(error)"], remedy: "Compare on made packets:  migrate plan --equivalence")
    }

    /// Takes the links away. Behind it no packet is counted any more, and what was counted can be read.
    public func detach() { for group in groups { group.detach() } }

    /// One line for each hook that does not hold the legacy program any more, or that no shadow stands in front of.
    public func disturbances() -> [String] { groups.flatMap { $0.disturbances() } }

    /// Packets that filters dropped meanwhile, in lines: those of the legacy programs, and those that may be others'.
    public func dropped() throws(KernelError) -> (certain: [String], possible: [String]) {
        var lines: (certain: [String], possible: [String]) = ([], [])
        for group in groups {
            let more = try group.dropped()
            lines.certain += more.certain
            lines.possible += more.possible
        }
        return lines
    }

    public func totals() throws(KernelError) -> ShadowTotals {
        var sum = ShadowTotals()
        for group in groups { sum += try group.shadow.readTotals() }
        return sum
    }

    /// Of every namespace, those that at least one of the two redirects.
    public func destinations() throws(KernelError) -> [ShadowDestination] {
        var found: [ShadowDestination] = []
        for group in groups { found += try group.destinations() }
        return found
    }

    /// What was put aside since this was asked last.
    public func takePackets() throws(KernelError) -> [ShadowPacket] {
        var found: [ShadowPacket] = []
        for group in groups { found += try group.packets() }
        return found
    }
}
