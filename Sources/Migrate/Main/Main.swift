import ArgumentParser
import Glibc
import MigrateChanging
import MigrateLooking
import MigrateShared

@main struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Move a node from map-based packet redirect to the kernel's own routing tables, and back.",
        discussion: """
            Some nodes steer pod traffic with tc programs that look the destination up in a pinned BPF map. migrate \
            checks every entry of that map against the kernel's routes and neighbors, replaces the programs by one \
            that asks the kernel (bpf_fib_lookup), and can put back exactly what was there.

            Look first:       migrate preflight;  migrate plan --out plan.json
            Change the node:  migrate apply --node "$(hostname)" plan.json
            Keep it:          migrate confirm
            In trouble:       migrate status;  migrate rollback --node "$(hostname)"
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Looking (no change to the node)",
                subcommands: [
                    PreflightVerb.self, DiscoverVerb.self, PlanVerb.self, ShowVerb.self, DiffVerb.self, StatusVerb.self,
                    HistoryVerb.self,
                    ReportVerb.self, AuditVerb.self,
                    ExplainVerb.self, ManifestVerb.self,
                ]),
            CommandGroup(
                name: "Changing",
                subcommands: [
                    ShadowVerb.self, ApplyVerb.self, ConfirmVerb.self, ExtendVerb.self, CanaryVerb.self,
                    RollbackVerb.self,
                    AbortVerb.self,
                    FinalizeVerb.self, ResumeVerb.self, WatchVerb.self,
                ]),
        ])

    static func main() {
        // A reader that went away must not kill a command that is changing the node.
        signal(SIGPIPE, SIG_IGN)
        let command: any ParsableCommand
        do {
            command = try Self.parseAsRoot()
        } catch {
            UsageError.exit(error, of: Self.self, arguments: Array(CommandLine.arguments.dropFirst()))
        }
        var running = command
        do { try running.run() } catch { Self.exit(withError: error) }
    }
}
