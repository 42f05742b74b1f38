import CLibbpf
import Glibc
import Kernel
import LabObjects
import Mirror
import TestSupport
import Testing

@testable import Model

/// The lab's deployments, with the sample's pods in their maps.
struct LegacyProgram: ~Copyable {
    let program: OwnedDescriptor
    /// By family.
    let keys: [RedirectConfiguration.LegacyKeys]
    let contract: Profile.Contract
    private let maps: LoadedObject

    /// `ztunnel_host_ingress`: TCP and UDP over IPv4, the destination MAC alone is written.
    static func ambient() throws -> LegacyProgram {
        let image = UnsafeRawBufferPointer(
            start: migrate_lab_ambient_image.bytes, count: migrate_lab_ambient_image.count)
        let object = try BPFObject(image: image, name: "ambient")
        try object.select(programs: ["ztunnel_host_ingress"])
        let loaded = try object.load()
        let map = try loaded.map("app_info")
        for (address, ifindex, mac) in [
            (Sample.pod4, Sample.pod, Sample.podMAC), (Sample.narrow4, Sample.narrow, Sample.narrowMAC),
        ] {
            try put(map, address.networkBytes, host(ifindex) + mac.bytes + [0, 0])
        }
        return LegacyProgram(
            program: try loaded.program("ztunnel_host_ingress"),
            keys: [.init(mapID: try id(map), layout: .init(size: 4, offset: 0, family: .ipv4, byteOrder: .network))],
            contract: .init(
                families: [.ipv4], protocols: [.tcp, .udp], onFailure: .drop,
                controlBlock: .init(index: 4, value: 0xc001_f00d)),
            maps: loaded)
    }

    /// `fabric_forward`: whatever the protocol, both families, both MACs are written.
    static func fabric() throws -> LegacyProgram {
        let image = UnsafeRawBufferPointer(
            start: migrate_lab_fabric_image.bytes, count: migrate_lab_fabric_image.count)
        let object = try BPFObject(image: image, name: "fabric")
        try object.select(programs: ["fabric_forward"])
        let loaded = try object.load()
        let four = try loaded.map("endpoints4"), six = try loaded.map("endpoints6")
        for (ifindex, mac, address4, address6) in [
            (Sample.pod, Sample.podMAC, Sample.pod4, Sample.pod6),
            (Sample.narrow, Sample.narrowMAC, Sample.narrow4, Sample.narrow6),
        ] {
            let theirs = mac.bytes + [0, 0], ours = Sample.mac(ifindex).bytes + [0, 0]
            try put(
                four, host(0) + address4.networkBytes.reversed(),
                host(0) + host(ifindex) + theirs + ours + host(1))
            try put(six, address6.networkBytes, ours + host(1) + host(ifindex) + theirs + host(0) + host(0))
        }
        return LegacyProgram(
            program: try loaded.program("fabric_forward"),
            keys: [
                .init(mapID: try id(four), layout: .init(size: 8, offset: 4, family: .ipv4, byteOrder: .host)),
                .init(mapID: try id(six), layout: .init(size: 16, offset: 0, family: .ipv6, byteOrder: .network)),
            ],
            contract: .init(families: [.ipv4, .ipv6], protocols: [.any], onFailure: .pass, mark: 0x200),
            maps: loaded)
    }

    /// Ours, told what a plan would tell it.
    func replacement(
        _ membership: Membership = .legacyKeys, egress: Egress = .neigh, layout: MirrorLayout = Sample.layout,
        denied: [UInt32] = []
    ) throws -> BPFProgram {
        let isFabric = contract.mark != nil
        let configuration = RedirectConfiguration(
            contract: contract, membership: membership, egress: egress,
            fibFlags: egress == .neigh ? RedirectConfiguration.skipNeighbor : 0,
            readsDevice: KernelTraits.comparesLinkTypes, denied: denied,
            keys: keys, rewritesSource: isFabric ? [.ipv4, .ipv6] : [])
        return try ReplacementObject.load(configuration.mirrored(layout))
    }

    private static func put(_ map: borrowing OwnedDescriptor, _ key: [UInt8], _ value: [UInt8]) throws {
        try #require(bpf_map_update_elem(map.raw, key, value, 0) == 0)
    }

    private static func id(_ map: borrowing OwnedDescriptor) throws -> UInt32 {
        let copy = fcntl(map.raw, F_DUPFD_CLOEXEC, 3)
        return try BPFMap(owning: OwnedDescriptor(owning: copy)).record.id
    }

    private static func host(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }
}
