import CLibbpf
import Glibc
import Testing
import TestSupport

@testable import Kernel
@testable import Model

/// Everything that loads BPF: one suite, because libbpf's log is one for the process.
@Suite(.requires(.root), .serialized) enum BPFTests {}

/// Makes a map the way a deployment would.
func makeMap(
    _ type: bpf_map_type, name: String = "test", keySize: UInt32 = 4, valueSize: UInt32 = 12, entries: UInt32
) throws -> OwnedDescriptor {
    var options = bpf_map_create_opts()
    options.sz = MemoryLayout<bpf_map_create_opts>.size
    // Tries are made no other way.
    if type == BPF_MAP_TYPE_LPM_TRIE { options.map_flags = UInt32(BPF_F_NO_PREALLOC) }
    let raw = bpf_map_create(type, name, keySize, valueSize, entries, &options)
    return OwnedDescriptor(owning: try checked("create", "map \(name)", raw))
}

func put(_ map: borrowing OwnedDescriptor, _ key: [UInt8], _ value: [UInt8]) throws {
    try checked("update", "map", bpf_map_update_elem(map.raw, key, value, 0))
}

func bytes(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }

/// A read-only view of a map this test made.
func view(_ map: borrowing OwnedDescriptor) throws -> BPFMap {
    let copy = fcntl(map.raw, F_DUPFD_CLOEXEC, 3)
    return try BPFMap(owning: OwnedDescriptor(owning: copy))
}

/// A bpffs of its own on a fresh directory, unmounted at the end.
struct PrivateBPFFS: ~Copyable {
    let path: String

    init() throws {
        let directory = try shell("mktemp -d /tmp/bpffs.XXXXXX").trimmingNewline
        try shell("mount -t bpf bpf \(directory)")
        path = directory
    }

    deinit { _ = try? shell("umount \(path) && rmdir \(path)") }

    func pin(_ descriptor: borrowing OwnedDescriptor, _ name: String) throws {
        try checked("pin", name, bpf_obj_pin(descriptor.raw, path + "/" + name))
    }
}

extension String {
    var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}

enum Configurations {
    static let contract = Profile.Contract(families: [.ipv4, .ipv6], protocols: [.tcp, .udp], onFailure: .drop)
    static let ipv4Key = Profile.KeyLayout(size: 4, offset: 0, family: .ipv4, byteOrder: .network)

    static func make(
        _ membership: Membership = .onLink, flags: UInt32 = RedirectConfiguration.skipNeighbor,
        readsDevice: Bool = KernelTraits.comparesLinkTypes,
        denied: [UInt32] = [], keys: [RedirectConfiguration.LegacyKeys] = [], egress: Egress = .neigh,
        enrolled: UInt32? = nil
    ) -> RedirectConfiguration {
        RedirectConfiguration(
            contract: contract, membership: membership, egress: egress, fibFlags: flags, readsDevice: readsDevice,
            denied: denied, keys: keys, enrolledMap: enrolled)
    }

    /// The keys of a map that this test made.
    static func keys(
        of map: borrowing OwnedDescriptor, _ layout: Profile.KeyLayout = ipv4Key
    ) throws -> RedirectConfiguration.LegacyKeys {
        .init(mapID: try view(map).record.id, layout: layout)
    }
}

extension BPFMap {
    /// All entries, read by batches.
    func batchedEntries() throws -> [MapEntry] { try rest(EntryCursor()) }

    /// All entries, read one by one.
    func walkedEntries() throws -> [MapEntry] { try rest(EntryCursor(isWalking: true)) }

    private func rest(_ start: EntryCursor) throws -> [MapEntry] {
        var cursor = start
        var found: [MapEntry] = []
        while let batch = try next(&cursor) { found += batch.entries }
        #expect(cursor.isWalking == start.isWalking)
        return found
    }
}
