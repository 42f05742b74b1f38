import ArgumentParser
import Audit
import Inventory
import Kernel
import MigrateShared
import Model
import Store

public struct ExplainVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say where packets to an address go and why, or what a code or a word means.",
        discussion: """
            For an address: the map's entry, the rule, route, neighbor and device, what the kernel answers, and what \
            the legacy program and the replacement under each membership do with a packet to it. Asks the node as it \
            is now and changes nothing. Ends with 69 when none of the profile's maps is on this node; what the \
            kernel would do is printed all the same.

            Example:  migrate explain 10.9.0.4
            """)

    @OptionGroup public var global: GlobalOptions

    @Argument(
        help: ArgumentHelp(
            "An IPv4 or IPv6 address, a code as messages end with it (1101 will do), or a word such as healed or provisional.",
            valueName: "address|code|word"))
    var subject: String

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        switch try ExplainSubject(subject) {
        case .code(let code):
            try context.write(CodeDocument(code)) { $0.text }
            return .done
        case .word(let word):
            try context.write(word) { $0.text }
            return .done
        case .address(let address): return try explain(address, context)
        }
    }

    private func explain(_ address: IPAddress, _ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "explain an address", as: .explain)
        let bpffs = try context.openBPFFS()
        let document: ExplanationDocument
        var status = ExitStatus.done
        do throws(MigrateError) {
            let recorded = recorded(context)
            let profile = try profile(context, bpffs, recorded.runs)
            let options = PlanOptions(
                bpffs: bpffs, netnsPath: context.settings.netns, profile: profile, membership: nil, egress: .neigh,
                acceptUnknown: false, allEntries: false, privateBPFFS: context.settings.privateBPFFS,
                toolVersion: Version.number)
            var explained = try Explainer(options, address: address, runs: recorded.runs).explain()
            explained.further += recorded.further
            explained.unobserved += recorded.gaps
            document = explained
        } catch {
            guard error.code == .notHere else { throw error }
            Console.error(context.settings.echoed(in: error.text))
            status = .notHere
            document = try NodeAnswer.document(
                address, netnsPath: context.settings.netns, toolVersion: Version.number)
        }
        try context.write(document) { ExplanationText.render($0) }
        return status
    }

    /// Where no built-in one fits, or several do, that of the run that is in place: it was planned with a file.
    private func profile(
        _ context: CommandContext, _ bpffs: BPFFileSystem, _ runs: [Explainer.Run]
    ) throws(MigrateError) -> Profile {
        do throws(MigrateError) {
            return try ProfileChoice.choose(context.settings.profile, bpffs: bpffs)
        } catch {
            guard context.settings.profile == nil, error.code == .notHere || error.code == .manyProfiles,
                let profile = runs.lazy.compactMap(\.decision?.profile).first
            else { throw error }
            return profile
        }
    }

    /// Runs of this boot, and the newest plan to look at. A database that cannot be read is a gap: without it the pins
    /// tell of a run, and nothing else depends on it.
    private func recorded(
        _ context: CommandContext
    ) -> (runs: [Explainer.Run], further: [NextStep], gaps: [Unobserved]) {
        do throws(MigrateError) {
            return try context.withStore(.readOnly) { (store) throws(MigrateError) in
                var runs: [Explainer.Run] = []
                for run in try store.runs(where: { $0.bootID == Host.bootID() && $0.state != .rolledBack }) {
                    runs.append(.init(record: run, decision: try store.plan(ofRun: run.id)?.decision))
                }
                let newest = try store.plans().first.map { plan in
                    NextStep(
                        what: "the newest plan",
                        command: context.settings.echoed(in: "migrate show \(Identifier.short(plan.id))"))
                }
                return (runs, [newest].compactMap(\.self), [])
            }
        } catch {
            let why = ([error.what] + error.facts.prefix(1)).joined(separator: ": ") + " [\(error.code.text)]"
            return ([], [], [Unobserved(what: "runs and plans of the database", why: why)])
        }
    }
}
