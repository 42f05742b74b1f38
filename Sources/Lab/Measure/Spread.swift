import CLibbpf
import Kernel
import Model
@unsafe @preconcurrency import LabObjects

/// A program in front of another one: it gives the packet the next destination and calls it.
enum Spread {
    /// The front, under the other one's name; its counters are the other one's.
    /// - Parameters:
    ///   - first: last four bytes of the first destination's address; the rest is in the packet.
    ///   - count: destinations, one after the other.
    static func over(
        _ other: Contestant, _ family: AddressFamily, first: UInt32, count: Int
    ) throws -> Contestant {
        let object = try MeasuredObject.measure.open("spread")
        let offset = family == .ipv4 ? MEASURE_IPV4_OFFSET : MEASURE_IPV6_OFFSET
        try object.setConstants(measure_spread(offset: UInt32(offset), first: first, count: UInt32(count)))
        let loaded = try object.load()
        let slot = try DeploymentMap("measured", owning: try loaded.map("measured"))
        try slot.update(UInt32(0).bytes, UInt32(other.program.descriptor.raw).bytes)
        return Contestant(
            other.name, try BPFProgram(owning: try loaded.program("spread")), calling: other, through: slot)
    }
}
