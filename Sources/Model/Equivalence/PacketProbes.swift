/// What else a legacy program may decide by: sources, ports and marks that packets are tried with.
///
/// The constants that its instructions compare with are all it can single out by number; each may stand for a port, an
/// IPv4 address or a mark, in either byte order.
public struct PacketProbes: Hashable, Sendable {
    /// Constants that are used, at most, the smallest first: ports are small.
    static let limit = 256

    public private(set) var sources: [IPAddress]
    public private(set) var ports: [UInt16] = []
    public private(set) var marks: [UInt32] = []
    /// Constants that were left out.
    public private(set) var leftOut = 0

    /// - Parameter sources: who else may send.
    public init(constants: Set<UInt32> = [], sources: [IPAddress] = []) {
        let used = constants.subtracting([0]).sorted().prefix(Self.limit)
        leftOut = constants.subtracting([0]).count - used.count
        var addresses = sources
        for value in used {
            if let port = UInt16(exactly: value) {
                ports += [port, port.byteSwapped]
            } else {
                addresses += [.v4(value), .v4(value.byteSwapped)]
            }
            marks += [value, value.byteSwapped]
        }
        var seen: Set<IPAddress> = []
        self.sources = addresses.filter { seen.insert($0).inserted && !$0.isMulticastOrBroadcast && !$0.isLoopback }
        ports = Set(ports).sorted()
        marks = Set(marks).sorted()
    }
}

extension CaseGenerator {
    /// Ordinary packets to one destination, each with one of the probes.
    public func probing(_ address: IPAddress, _ probes: PacketProbes) -> [PacketCase] {
        var found: [PacketCase] = []
        for source in probes.sources where source.family == address.family {
            var other = self
            other.sources[address.family] = source
            found += other.ordinary(to: address)
        }
        for port in probes.ports {
            found += ordinary(to: address, destination: port) + ordinary(to: address, source: port)
        }
        for mark in probes.marks {
            found += ordinary(to: address).map { PacketCase(.metadata, $0.frame, PacketMetadata(mark: mark)) }
        }
        return found
    }
}
