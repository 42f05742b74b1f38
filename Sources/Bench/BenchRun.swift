import FoundationEssentials
import Glibc
import Kernel
import Loader
import Model
import Store

/// A whole run on a real database: apply without its plan, finalize, and what is left put back.
struct BenchRun {
    let node: BenchNode
    let namespace: NetworkNamespace

    static func configuration() throws -> RedirectConfiguration {
        guard let profile = try BuiltInProfiles.all().first else { throw BenchFailure("no profile is built in") }
        return RedirectConfiguration(
            contract: profile.contract, membership: .onLink, egress: .neigh,
            fibFlags: RedirectConfiguration.skipNeighbor, readsDevice: true, denied: [])
    }

    func whole(_ plain: OpenProgram, _ samples: inout Samples) throws {
        var directory = Array("/var/tmp/migrate-bench.XXXXXX".utf8CString)
        // SAFETY: the template ends with a zero byte and is written in place.
        guard unsafe mkdtemp(&directory) != nil else { throw BenchFailure("no directory in /var/tmp") }
        let path = String(decoding: directory.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            for name in DirectoryListing.names(in: path) { unlink("\(path)/\(name)") }
            rmdir(path)
        }
        let store = try Store.open(path: "\(path)/bench.db", access: .readWrite)
        try run(plain, store, &samples)
    }

    private func run(_ plain: OpenProgram, _ store: Store, _ samples: inout Samples) throws {
        let bpffs = try BPFFileSystem(path: BenchNode.bpffs)
        let runID = Identifier.random(prefix: "r-")
        let hooks = try HookReader.hooks(in: namespace).filter { $0.interface.hasPrefix("bench") }
        try store.create(
            run: RunRecord(
                id: runID, planID: "p-bench", bootID: "bench", node: "bench", nodeNetns: namespace.identity.cookie,
                pinDirectory: RunPins(bpffs: bpffs, runID: runID).directory, state: .installing, startedAt: Date(),
                hooks: hooks.enumerated().map { .init(index: $0, before: $1, replacement: nil) }))
        let request = InstallRequest(
            bpffs: bpffs, node: namespace, runID: runID, planID: "p-bench",
            configurations: [namespace.identity.cookie: try Self.configuration()], hooks: hooks, warm: [],
            recheck: { () throws(MigrateError) in [] }, interrupted: { nil })
        let journal = StoreJournal(store: store, runID: runID)
        let result = samples.time("apply") { Installer(request, journal: journal).install() }
        guard case .committed(let replacements, _, _, let timings) = result else { throw BenchFailure("\(result)") }
        for (phase, spent) in timings.sorted(by: { $0.key < $1.key }) { samples.add("  \(phase.dropLast(3))", spent) }
        var run = try samples.time("  (read the record)") { try RunPins(bpffs: bpffs, runID: runID).read() }
        for index in run.hooks.indices {
            run.hooks[index].replacementID = replacements[index].id
            run.hooks[index].plainID = plain.reference.id
        }
        try samples.time("finalize: plain in place") {
            let directory = try NamespaceDirectory(node: namespace, seeking: [namespace.identity.cookie])
            for outcome in PlainExchange.exchange(run.hooks.map { .init(hook: $0, plain: plain) }, in: directory)
            where outcome.holds == nil { throw BenchFailure("\(outcome)") }
        }
        let restored = try samples.time("rollback") {
            try Restorer(bpffs: bpffs, run: run, node: namespace).restore(journal: journal, reason: .operator)
        }
        guard restored.proof.identical else { throw BenchFailure("\(restored.proof.differences.first ?? "")") }
    }
}
