import ArgumentParser
import Lab
import Model

struct TrafficCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traffic",
        abstract: "Send UDP to pods, from the proxy or from each other, and account for every packet.",
        discussion: "Ctrl-C ends it early; the account is printed all the same.")

    @OptionGroup var lab: LabName

    @Option(help: "How long to send, 1 to 3600.") var seconds = 10

    @Option(help: "Packets per second to each address, 1 to 10000.") var rate = 500

    @Option(
        name: .customLong("for"), parsing: .upToNextOption,
        help: "Names of pods. Default: every pod that is reachable while the map decides.")
    var pods: [String] = []

    @Flag(help: "Also to the pods' IPv6 addresses.") var ipv6 = false

    @Flag(help: "Print the ledger as JSON.") var json = false

    @Flag(help: "Exit with 30 if a packet was lost, duplicated or reordered.") var strict = false

    func run() throws {
        let options = TrafficOptions(pods: pods, rate: rate, seconds: seconds, ipv6: ipv6)
        let traffic = try Traffic.start(in: try LabNode.attach(lab.name), options, stopOnSignals: true)
        let ledger = traffic.wait()
        print(json ? try JSON.pretty(ledger) : LedgerText.text(ledger))
        if strict && !ledger.isClean { throw ExitCode(30) }
    }
}
