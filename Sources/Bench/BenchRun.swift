import FoundationEssentials
import Glibc
import Kernel
import Loader
import Model
import Store

/// Whole runs on a real database: apply without its plan, with a switch that commits at once, then finalize or rollback.
struct BenchRun {
    let node: BenchNode
    let namespace: NetworkNamespace

    static func configuration() throws -> RedirectConfiguration {
        guard let profile = try BuiltInProfiles.all().first else { throw BenchFailure("no profile is built in") }
        return RedirectConfiguration(
            contract: profile.contract, membership: .onLink, egress: .neigh,
            fibFlags: RedirectConfiguration.skipNeighbor, readsDevice: true, denied: [])
    }

    /// Apply and finalize, then apply and roll back.
    func whole(_ samples: inout Samples) throws {
        var directory = Array("/var/tmp/migrate-bench.XXXXXX".utf8CString)
        // SAFETY: the template ends with a zero byte and is written in place.
        guard unsafe mkdtemp(&directory) != nil else { throw BenchFailure("no directory in /var/tmp") }
        let path = String(decoding: directory.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            // SAFETY: the paths outlive the calls.
            for name in DirectoryListing.names(in: path) { _ = unsafe unlink("\(path)/\(name)") }
            _ = unsafe rmdir(path)
        }
        let store = try Store.open(path: "\(path)/bench.db", access: .readWrite)
        let bpffs = try BPFFileSystem(path: BenchNode.bpffs)
        let (runID, journal) = try apply(bpffs, store, &samples)
        let finalized = try samples.time("finalize") {
            try Finalizer(bpffs: bpffs, runID: runID, node: namespace).finalize(journal: journal)
        }
        for (phase, spent) in finalized.timings.sorted(by: { $0.key < $1.key }) {
            samples.add("  finalize: \(phase.dropLast(3))", spent)
        }
        let left = samples.time("  until all is freed") { finalized.leftovers() }
        guard left.isEmpty else { throw BenchFailure(left.joined(separator: "; ")) }
        let both = samples.last("apply") + samples.last("finalize")
        samples.add("apply and finalize", both)
        samples.add("  and all is freed", both + samples.last("  until all is freed"))
        guard finalized.hooks.allSatisfy({ $0.reading.standing == .ours }) else { throw BenchFailure("\(finalized)") }
        try node.reset(in: namespace)
        var beside = Samples()
        let second = try apply(bpffs, store, &beside)
        let restored = try samples.time("rollback") {
            try Restorer(bpffs: bpffs, runID: second.runID, node: namespace)
                .restore(journal: second.journal, reason: .operator)
        }
        for (phase, spent) in restored.timings.sorted(by: { $0.key < $1.key }) {
            samples.add("  rollback: \(phase.dropLast(3))", spent)
        }
        guard restored.proof.identical else { throw BenchFailure("\(restored.proof.differences.first ?? "")") }
    }

    private func apply(
        _ bpffs: BPFFileSystem, _ store: Store, _ samples: inout Samples
    ) throws -> (runID: String, journal: StoreJournal) {
        let runID = Identifier.random(prefix: "r-")
        let hooks = try HookReader.hooks(in: namespace).filter { $0.interface.hasPrefix("bench") }
        try store.create(
            run: RunRecord(
                id: runID, planID: "p-bench", bootID: "bench", node: "bench", nodeNetns: namespace.identity.cookie,
                pinDirectory: RunPins(bpffs: bpffs, runID: runID).directory, state: .installing, startedAt: Date(),
                hooks: hooks.enumerated().map { .init(index: $0, before: $1, replacement: nil) }))
        var request = InstallRequest(
            bpffs: bpffs, node: namespace, runID: runID, planID: "p-bench",
            configurations: [namespace.identity.cookie: try Self.configuration()], hooks: hooks, warm: [],
            recheck: { () throws(MigrateError) in [] }, interrupted: { nil })
        request.cut = .switch
        let journal = StoreJournal(store: store, runID: runID)
        let result = samples.time("apply") { Installer(request, journal: journal).install() }
        guard case .committed(_, _, _, let timings) = result else { throw BenchFailure("\(result)") }
        for (phase, spent) in timings.sorted(by: { $0.key < $1.key }) {
            samples.add("  apply: \(phase.dropLast(3))", spent)
        }
        return (runID, journal)
    }
}
