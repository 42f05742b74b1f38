import ArgumentParser
import Audit
import Inventory
import Kernel
import MigrateShared
import Model

public struct DiscoverVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "discover",
        abstract: "Find maps that say where a destination is, and print a profile for each.",
        discussion: """
            Looks at every map of the machine, pinned or not: an address as key, an interface index and a MAC in the \
            value. What decides is whether the entries are true of this node now; types and names of BTF only \
            propose. The result is YAML with the evidence as comments, so that

                migrate discover > profile.yaml
                migrate plan --profile profile.yaml

            works as printed; a file holds one profile, and --map chooses. Changes nothing.

            Example:  migrate discover > profile.yaml
            """)

    @OptionGroup public var global: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "Only the candidate with this map: its id, name, pin below the bpffs or pattern of pins.",
            valueName: "id|name|pin"))
    var map: String?

    @Option(
        help: ArgumentHelp(
            "Leave out candidates below this confidence in percent (default: 50, and 0 with --map).",
            valueName: "percent"))
    var minConfidence: Int?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "discover", as: .discover)
        let least = minConfidence ?? (map == nil ? 50 : 0)
        guard (0...100).contains(least) else {
            throw MigrateError(
                .usage, "cannot read --min-confidence", facts: ["\(least) is no percentage from 0 to 100"],
                remedy: "Say  migrate discover --min-confidence 50")
        }
        // Maps that are not pinned need no bpffs.
        let bpffs = try? BPFFileSystem(path: context.settings.bpffs)
        if bpffs == nil {
            context.console.message("No bpffs at \(context.settings.bpffs): maps are named by the kernel's names.")
        }
        let document = try Discoverer(bpffs: bpffs, netnsPath: context.settings.netns)
            .discover(map: map, minConfidence: least)
        guard document.candidates.isEmpty else {
            try context.write(document) { DiscoveryText.render($0) }
            context.console.message(context.settings.echoed(in: DiscoveryText.next(document)))
            return .done
        }
        let nothing = nothing(document, least)
        // The document says of every map why it is none.
        guard context.settings.output == .json else { throw nothing }
        try context.write(document) { _ in "" }
        Console.error(nothing.text)
        return nothing.code.exit
    }

    private func nothing(_ document: DiscoveryDocument, _ least: Int) -> MigrateError {
        var facts = document.unlikely.prefix(5).map { "\($0.title): confidence \($0.confidence) %, below \(least) %" }
        let looked = document.others.filter { map != nil || !$0.why.hasPrefix("maps of type") }
        facts += looked.prefix(map == nil ? 5 : 20).map { "\($0.map.title) (id \($0.map.id)): \($0.why)" }
        if let map, document.unlikely.isEmpty, document.others.isEmpty { facts.append("there is no map \(map)") }
        if facts.isEmpty { facts.append("none of \(document.others.count) maps is a hash map of such keys and values") }
        return MigrateError(
            .nothingFound, "cannot find a map of this pattern", facts: facts,
            remedy: document.unlikely.isEmpty
                ? "See every map and why it is none:  migrate discover -o json"
                : "See those, too:  migrate discover --min-confidence 0")
    }
}
