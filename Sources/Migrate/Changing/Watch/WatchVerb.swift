import ArgumentParser
import Audit
import FoundationEssentials
import Glibc
import Kernel
import MigrateShared
import Model
import Store

public struct WatchVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Report, or mend, what is no longer as the committed run left it.",
        discussion: """
            Listens to the kernel: links, filters, neighbors and routes of the namespaces with hooks of a committed \
            run. A hook that drifted, or that appeared with the legacy program, is told at once, once. Without --heal \
            nothing is changed.

            With --heal such a hook is converted as apply does, where it is like those that the run replaced and \
            nothing on the node would block a plan: a run of its own, provisional with the breaker armed until the \
            whole node was read again, then confirmed, else rolled back. It fights nobody: three tries for a place, \
            and so many a minute. Runs that expired are settled.

            It ends with SIGTERM, SIGINT or SIGHUP: 30 while a hook is drifted or new, else 0.

            Example:  migrate watch --node "$(hostname)" --heal --textfile /var/lib/node_exporter/migrate.prom
            """)

    @OptionGroup public var global: GlobalOptions

    @Option(help: ArgumentHelp("This machine's node name: a guard, not a target.", valueName: "name"))
    var node: String

    @Flag(help: "Convert what is like the hooks of the committed run; keep its set of interfaces; settle expired runs.")
    var heal = false

    @Flag(help: "Look once, and end.")
    var once = false

    @Option(help: ArgumentHelp("Heals in a minute at most (default: 10).", valueName: "count"))
    var limit: Int = 10

    @Option(
        help: ArgumentHelp(
            "How long a heal is provisional before the whole node is read again and it is confirmed (default: 3s).",
            valueName: "time"))
    var confirmAfter: String?

    @Option(
        help: ArgumentHelp(
            "A file for Prometheus's node_exporter, written anew with every change and every ten seconds.",
            valueName: "path"))
    var textfile: String?

    public init() {}

    public func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit takes 1 to 1000, not \(limit).") }
        guard !(once && heal) else { throw ValidationError("--once only looks: leave out --heal.") }
    }

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "watch the node", as: .watch)
        try Guards.requireNode(node)
        let bpffs = try context.openBPFFS()
        HeldSignals.hold()
        var context = context
        // Of many documents each is a line.
        context.settings.stream = !once
        let wait = try confirmAfter.map { (text) throws(MigrateError) in
            try Spans.span(text, option: "--confirm-after").seconds
        }
        let options = WatchOptions(
            heals: heal, once: once, perMinute: limit, confirmAfterSeconds: wait ?? 3, textfile: textfile)
        if let ended = try waitForDatabase(context, options) { return ended }
        return try context.withRunStore(heal ? .existing : .readOnly) { (store) throws(MigrateError) in
            try Watching(context: context, store: store, bpffs: bpffs, options: options).run()
        }
    }

    /// Before the first run there is no database, and nothing to watch. `nil`: it is there.
    private func waitForDatabase(_ context: CommandContext, _ options: WatchOptions) throws(MigrateError) -> ExitStatus?
    {
        guard access(context.settings.database, F_OK) != 0 else { return nil }
        let log = WatchLog(context, options)
        let idle = WatchDocument(node: node, runID: nil, planID: nil, heals: heal, sorted: [])
        try log.show(idle)
        if once { return .done }
        ServiceManager.tell("READY=1", "STATUS=No run yet")
        do {
            var waiter = try Waiter(every: 1000)
            while access(context.settings.database, F_OK) != 0 {
                for case .signal in try waiter.wait() { return .done }
            }
        } catch {
            throw MigrateError(
                .kernelRead, "cannot wait for a first run", facts: ["\(error)"],
                remedy: "See what holds:  migrate status")
        }
        return nil
    }
}

/// How to watch.
struct WatchOptions {
    var heals: Bool
    var once: Bool
    var perMinute: Int
    var confirmAfterSeconds: Int
    var textfile: String?
}
