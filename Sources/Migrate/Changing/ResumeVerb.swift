import ArgumentParser
import Audit
import Kernel
import Loader
import MigrateShared
import Model
import Store

public struct ResumeVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run that was cut off, as the kernel says it stands.",
        discussion: """
            After a crash, a kill or a reboot. A run that has not flipped yet is undone (20). One whose confirm \
            window is open is waited for, as apply does. One that has expired is settled: its slots are given back \
            (21). A commit that the journal has not heard of is written down (0), and a rollback or a finalize that \
            was cut off is finished. After a reboot it says that the kernel's state is gone, and closes the run (0). \
            Where nothing is open it says so (0).

            Example:  migrate resume
            """)

    @OptionGroup public var global: GlobalOptions

    @Flag(help: "Do not wait for the confirmation; the kernel takes an unconfirmed run back all the same.")
    var detach = false

    @Argument(help: "The beginning of a run's id (default: the open run, else the last one that is not finalized).")
    var run: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "resume a run", as: .resume)
        let bpffs = try context.openBPFFS()
        HeldSignals.hold()
        return try context.withRunStore { store throws(MigrateError) in
            let choice = RunChoice(store: store, bpffs: bpffs, node: Host.nodeName())
            try choice.requireKnownPins("resume")
            guard let record = try choice.run(run, to: "resume") else { return try nothing(context) }
            return try Resumption(context: context, store: store, bpffs: bpffs, runID: record.id, detach: detach).run()
        }
    }

    private func nothing(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        var document = StatusDocument(state: "idle")
        document.next = NextStep(what: "nothing is open; look at the node", command: "migrate plan")
        try context.write(document) { StatusText.render($0) }
        return .done
    }
}
