import BPFObjects
import Model

/// The embedded shadow, `bpf/shadow.bpf.c`.
///
/// No part of ``ReplacementObject/digest``: `apply` does not load it, so that it makes no plan another one.
public enum ShadowObject {
    /// Loads a shadow that stands in front of a legacy program, attached to nothing.
    public static func load(_ configuration: ShadowConfiguration) throws(KernelError) -> LoadedShadow {
        let object = try open(configuration, keys: configuration.replacement.membership == .legacyKeys)
        try ReplacementObject.unwired(object)
        for map in ["outcomes", "planned", "planned_devices", "failures"] { try object.leaveOut(map: map) }
        try object.select(programs: [configuration.program])
        return try LoadedShadow(try object.load(), configuration.program)
    }

    /// Loads a shadow that stands in a legacy program's place, attached to nothing: a switch that looks first.
    ///
    /// - Parameters: as of ``SwitchPair/load(_:cell:slot:attachType:)``.
    public static func loadSwitch(
        _ configuration: ShadowConfiguration, cell: borrowing BPFMap, slot: borrowing LegacySlot,
        attachType: UInt32 = 0
    ) throws(KernelError) -> LoadedShadow {
        // A switch whose share is not whole looks into the legacy maps, whatever the membership.
        let object = try open(configuration, keys: true)
        try object.reuse(map: "migrate_cell", descriptor: cell.descriptor)
        try object.reuse(map: "migrate_slot", descriptor: slot.map.descriptor)
        try object.select(programs: [configuration.switchProgram])
        try object.expect(attachType: attachType, ofProgram: configuration.switchProgram)
        return try LoadedShadow(try object.load(), configuration.switchProgram)
    }

    /// With maps and constants set.
    ///
    /// - Parameter keys: whether the replacement's own look into the legacy maps is part of the program.
    private static func open(_ configuration: ShadowConfiguration, keys: Bool) throws(KernelError) -> BPFObject {
        let replacement = configuration.replacement
        guard replacement.membership != .enrolled || replacement.enrolledMap != nil else {
            throw .refused("load", configuration.program, "it needs the set of interfaces")
        }
        // SAFETY: the image is a constant of the executable with the length it names.
        let image = unsafe UnsafeRawBufferPointer(
            start: migrate_shadow_image.bytes, count: migrate_shadow_image.count)
        let object = try unsafe BPFObject(image: image, name: "shadow")
        try ReplacementObject.setEnrolled(replacement, of: object, isUsed: replacement.membership == .enrolled)
        var tries = try ReplacementObject.setKeyMaps(
            keys ? replacement.keys : [], of: object, standIns: "legacy_keys")
        let read = configuration.maps.map {
            RedirectConfiguration.LegacyKeys(mapID: $0.id, layout: $0.layout.key)
        }
        tries.formUnion(try ReplacementObject.setKeyMaps(read, of: object, standIns: "legacy_map"))
        try object.setConstants(try configuration.constants(tries: tries))
        return object
    }

    /// Whether a hook holds a shadow of this or an earlier version, by name, as ``ReplacementObject/isOurs(_:)`` does: the
    /// only thing that says so from outside. One is never anywhere but at tcx behind a link.
    public static func isShadow(_ hook: Hook) -> Bool {
        hook.kind == .tcx && hook.attachment?.linkID != nil && hook.program.map(isShadow) == true
    }

    /// Whether a program is one that stands in a slot: a switch as well (``ReplacementObject/isSwitch(_:)``).
    public static func isSlotShadow(_ program: ProgramReference) -> Bool { program.name == "fib_switch_look" }

    /// Whether a program is one that stands in front.
    public static func isShadow(_ program: ProgramReference) -> Bool {
        ["fib_shadow", "fib_shadow_keys", "fib_shadow_enro"].contains(program.name)
    }
}

extension TCXList {
    /// The list as others made it: a shadow of ours comes and goes with its process, and is nobody's neighbor.
    ///
    /// - Parameter position: of what stays, whatever it is.
    public func withoutShadows(but position: Int? = nil) -> TCXList {
        var list = self
        list.entries = entries.enumerated().filter { index, entry in
            guard entry.linkID != nil, index != position else { return true }
            let program = try? BPFProgram(id: entry.programID).record.reference
            return program.map(ShadowObject.isShadow) != true
        }.map(\.element)
        return list
    }
}

/// A shadow in the kernel, attached to nothing, and what it counts.
public struct LoadedShadow: ~Copyable {
    public let program: BPFProgram
    public let counters: ShadowCounters

    fileprivate init(_ loaded: consuming LoadedObject, _ name: String) throws(KernelError) {
        let program = try BPFProgram(owning: try loaded.program(name))
        counters = try ShadowCounters(loaded, isSwitch: name.hasPrefix(ReplacementObject.switchPrefix))
        self.program = program
    }

    /// The program alone: where it is attached otherwise, it is to be held no longer than that.
    public consuming func takeProgram() -> BPFProgram { program }
}

/// What a shadow counts, to be read also when its program is gone.
///
/// It holds no descriptor of a legacy map: the kernel keeps those for the program, and who holds a map counts as its owner.
public final class ShadowCounters {
    private let totals: BPFMap
    private let rows: BPFMap
    private let packets: RingBuffer
    /// Of one in a slot: where packets went, as any switch counts it.
    private let outcomes: BPFMap?

    /// Of the map by which ``Holders`` tells who reads a shadow.
    public static let totalsName = "shadow_totals"

    fileprivate init(_ loaded: borrowing LoadedObject, isSwitch: Bool) throws(KernelError) {
        let totals = try BPFMap(owning: try loaded.map(Self.totalsName))
        let rows = try BPFMap(owning: try loaded.map("shadow_rows"))
        outcomes = isSwitch ? try BPFMap(owning: try loaded.map("outcomes")) : nil
        packets = try RingBuffer(try loaded.map("shadow_packets"))
        self.totals = totals
        self.rows = rows
    }

    /// Packets that did not reach the legacy program from within its slot, and took the replacement.
    public func readFellForward() throws(KernelError) -> UInt64 {
        let sums = try outcomes?.perCPUSums() ?? []
        let index = Int(SwitchCount.fellForward.rawValue)
        return sums.indices.contains(index) ? sums[index] : 0
    }

    /// Of all packets so far.
    public func readTotals() throws(KernelError) -> ShadowTotals {
        ShadowDecoding.totals(try totals.perCPUSums())
    }

    /// Destinations that at least one of the two redirects; while packets come some may be missing.
    public func readDestinations(netns: UInt64) throws(KernelError) -> [ShadowDestination] {
        try rows.samples(limit: Int(MIGRATE_SHADOW_DESTINATIONS)).compactMap { entry in
            ShadowDecoding.destination(entry, netns: netns)
        }
    }

    /// The packets that were put aside since this was asked last.
    public func takePackets(netns: UInt64) throws(KernelError) -> [ShadowPacket] {
        try packets.take().compactMap { ShadowDecoding.packet($0, netns: netns) }
    }
}
