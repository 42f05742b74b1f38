import Kernel
import Model

/// What is left of the set of interfaces that a committed run began with.
public enum EnrolledState {
    /// - Returns: `nil` for a run of another membership; `drift` has a line for each set that cannot be read, and for
    ///   each member that is behind none of the interfaces.
    public static func read(
        _ plan: PlanDocument, of inspector: RunInspector, bpffs: BPFFileSystem
    ) -> (state: StatusDocument.Enrolled?, drift: [String]) {
        guard plan.decision.membership == .enrolled, let set = plan.membership.enrolled else { return (nil, []) }
        var drift: [String] = []
        var now: Set<DeviceKey> = []
        var room: UInt32 = 0
        var read: Set<UInt64> = []
        for netns in Set(plan.decision.hooks.map(\.netns)).sorted() {
            let pin = "\(inspector.run.pinDirectory)/\(EnrolledPin.name(netns))"
            do throws(KernelError) {
                let map = try BPFMap(pin: pin)
                room = max(room, map.record.maxEntries)
                now.formUnion(try members(map).map { DeviceKey(netns: netns, ifindex: $0) })
                read.insert(netns)
            } catch {
                drift.append("the set of enrolled interfaces cannot be read, its program keeps it: \(error)")
            }
        }
        let pruned = set.interfaces.filter { interface in
            read.contains(interface.netns)
                && !now.contains(DeviceKey(netns: interface.netns, ifindex: interface.ifindex))
        }
        drift += inspector.uncovered(plan, by: now, in: read, bpffs: bpffs)
        return (
            .init(
                planned: set.interfacesTotal, left: now.count, pruned: pruned.map { "\($0.interface) (\($0.ifindex))" },
                room: room), drift
        )
    }

    private static func members(_ map: borrowing BPFMap) throws(KernelError) -> [UInt32] {
        try map.entries().map { entry in entry.key.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
    }
}
