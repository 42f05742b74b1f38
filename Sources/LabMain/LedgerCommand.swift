import ArgumentParser
import Glibc
import Lab
import Model

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Apply and roll back again and again under traffic, and account for every packet.",
        discussion: """
            Builds a node of its own (family fabric, both address families), runs the given `migrate` on it, and prints who \
            delivered the packets, and what became of those that nobody did. 30 if anything that must be 0 is not.
            """)

    @Option(help: "The command under test.") var migrate: String

    @Option(help: "The fabric's profile.") var profile = "docs/examples/fabric.yaml"

    @Option(help: "A directory of root's alone for the database.") var state: String

    @Option(help: "How often to apply and roll back.") var cycles = 10

    @Option(help: "Datagrams of each cycle, at least.") var packets = 10_000

    @Option(help: "Datagrams per second, over all flows.") var rate = 20_000

    @Option(help: "Pods, each of which sends to the next.") var pods = 4

    @Option(help: "The plan's membership.") var membership = Membership.onLink

    @Flag(help: "A shadow in front of the hooks in every cycle; otherwise in every fourth.") var shadow = false

    @Flag(help: "Print the account as JSON.") var json = false

    func run() throws {
        let lab = try LabNode.up(LabOptions(name: "ledger-\(getpid())", family: .fabric, pods: pods, ipv6: true))
        let options = Cycles.Options(
            cycles: cycles, packets: packets, rate: rate, shadow: shadow, membership: membership,
            migrate: absolute(migrate), profile: absolute(profile), state: absolute(state))
        let account = try Cycles.run(in: lab, options) { done in
            guard done % 25 == 0 || done == cycles else { return }
            note("\(done) of \(cycles) cycles\n")
        }
        try lab.down()
        print(json ? try JSON.pretty(account) : CycleText.text(account))
        if !account.faults.isEmpty { throw ExitCode(30) }
    }
}

/// Inside a lab the working directory is another.
private func absolute(_ path: String) -> String {
    guard let full = realpath(path, nil) else { return path }
    defer { free(full) }
    return String(cString: full)
}

/// Results go to standard output, progress does not.
private func note(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { write(2, $0.baseAddress, $0.count) } }

extension Membership: ExpressibleByArgument {}
