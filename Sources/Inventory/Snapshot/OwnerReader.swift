import Kernel
import Model

/// Who keeps the programs at their places, who holds the maps, and which BPF programs filter: one pass over the
/// bpffs, the links and the processes.
struct OwnerReader {
    private let bpffs: BPFFileSystem
    private let pins: BPFPins
    private let holders: Holders
    private let links: [BPFLinkRecord]
    private let unobserved: [Unobserved]

    init(_ bpffs: BPFFileSystem) throws(MigrateError) {
        self.bpffs = bpffs
        pins = BPFPins(bpffs)
        holders = Holders()
        let found = try reading("BPF links") { () throws(KernelError) in try BPFLink.all() }
        links = found.links
        unobserved = pins.unobserved + holders.unobserved + found.unobserved
    }

    func complete(_ snapshot: inout Snapshot) {
        snapshot.unobserved += unobserved + BPFLinkRecord.assign(links, to: &snapshot.hooks)
        for index in snapshot.hooks.indices { snapshot.hooks[index].owner = owner(of: snapshot.hooks[index]) }
        for index in snapshot.maps.indices {
            snapshot.maps[index].holders = holders.maps[snapshot.maps[index].id] ?? []
        }
        for index in snapshot.programs.indices {
            snapshot.programs[index].pins = pins.programs[snapshot.programs[index].id] ?? []
        }
        snapshot.filters += PacketFilterReader.filters(links)
    }

    /// Of the link, or, where there is none, of the program; `nil` for a filter that is no eBPF program.
    private func owner(of hook: Hook) -> HookOwner? {
        if let link = hook.attachment?.linkID {
            return HookOwner(pins: paths(pins.links[link]), holders: holders.links[link] ?? [])
        }
        guard let program = hook.program?.id else { return nil }
        return HookOwner(pins: paths(pins.programs[program]), holders: holders.programs[program] ?? [])
    }

    private func paths(_ pins: [String]?) -> [String] { (pins ?? []).map { bpffs.path + "/" + $0 } }
}
