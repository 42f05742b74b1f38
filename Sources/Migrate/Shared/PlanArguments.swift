import ArgumentParser
import Inventory
import Kernel
import Model

/// `auto`, or one of ``Membership``.
public enum MembershipArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto
    case onLink = "on-link"
    case enrolled
    case legacyKeys = "legacy-keys"

    public var membership: Membership? {
        switch self {
        case .auto: nil
        case .onLink: .onLink
        case .enrolled: .enrolled
        case .legacyKeys: .legacyKeys
        }
    }
}

extension Egress: ExpressibleByArgument {}
extension CutKind: ExpressibleByArgument {}

/// How to plan, shared by `plan` and an `apply` that makes its own plan.
public struct PlanArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Who is redirected: auto, on-link (every destination that is its own next hop), enrolled (what leaves by an interface of a set), legacy-keys (still a key of the map); default: auto.",
            valueName: "mode"))
    var membership: MembershipArgument?

    @Option(
        help: ArgumentHelp(
            "How packets leave: neigh (the kernel resolves the MAC), mac (as the FIB says) or peer (behind the veth, past its host side); default: neigh.",
            valueName: "mode"))
    var egress: Egress?

    @Flag(help: "Go on although the pod's side of some destinations could not be read.")
    var acceptUnknown = false

    @Flag(
        help:
            "With --membership enrolled: go on although nobody keeps the set; pods that come later go through the stack."
    )
    var staticSet = false

    @Option(
        help: ArgumentHelp(
            "How the run takes over: switch (one store flips every hook, and the kernel itself takes it back unless it is confirmed) or direct (hook after hook in place, no confirm window); default: switch.",
            valueName: "kind"))
    var cut: CutKind?

    public init() {}

    /// As they are typed; nothing for what was not said.
    public var words: [String] {
        (membership.map { ["--membership", $0.rawValue] } ?? []) + (egress.map { ["--egress", $0.rawValue] } ?? [])
            + (acceptUnknown ? ["--accept-unknown"] : []) + (staticSet ? ["--static-set"] : [])
            + (cut.map { ["--cut", $0.rawValue] } ?? [])
    }

    /// What the command line asks for, then environment and configuration file.
    ///
    /// - Throws: `usage` where one of them says what cannot be.
    public func asked(_ settings: Settings) throws(MigrateError) -> PlanDocument.Asked {
        try Self.asked(
            settings, membership: membership, egress: egress, acceptUnknown: acceptUnknown, staticSet: staticSet,
            cut: cut)
    }

    /// What a plan is asked for where the command line says nothing of it.
    public static func asked(
        _ settings: Settings, membership: MembershipArgument? = nil, egress: Egress? = nil, acceptUnknown: Bool = false,
        staticSet: Bool = false, cut: CutKind? = nil
    ) throws(MigrateError) -> PlanDocument.Asked {
        let membership = try settings.choice(membership, "membership", default: .auto)
        guard !staticSet || membership == .enrolled else {
            throw MigrateError(
                .usage, "cannot use --static-set",
                facts: ["it says something of --membership enrolled only, and this is \(membership.rawValue)"],
                remedy: "Ask for that membership:  \(TypedCommand.current.with("--membership", "enrolled"))")
        }
        // Said for every command elsewhere, it means those that it says something of.
        let isStatic = try settings.isOn(staticSet, "static-set") && membership == .enrolled
        return .init(
            membership: membership.membership,
            egress: try settings.choice(egress, "egress", default: .neigh),
            acceptUnknown: try settings.isOn(acceptUnknown, "accept-unknown"), staticSet: isStatic ? true : nil,
            cut: try settings.choice(cut, "cut", default: .switch))
    }
}

extension CommandContext {
    /// Plans the node as it is.
    ///
    /// - Parameters:
    ///   - equivalence: whether both programs are run on the same packets.
    ///   - behind: hooks of a run that is being installed, as they were.
    ///   - keeping: where the plan is kept; `nil` keeps nothing.
    ///   - approve: throws where it is not to be kept.
    public func plan(
        _ asked: PlanDocument.Asked, profile name: String?, allEntries: Bool, equivalence: Bool = false,
        behind: [Hook] = [], keeping: Planner.Keeping? = nil,
        approve: (PlanDocument) throws(MigrateError) -> Void = { _ in }
    ) throws(MigrateError) -> PlanOutcome {
        let bpffs = try openBPFFS()
        let named = name ?? settings.profile
        let profile = try ProfileChoice.choose(named, bpffs: bpffs)
        let progress = ProgressLine(console)
        defer { progress.end() }
        var options = PlanOptions(
            bpffs: bpffs, netnsPath: settings.netns, profile: profile, membership: asked.membership,
            egress: asked.egress, acceptUnknown: asked.acceptUnknown, staticSet: asked.staticSet ?? false,
            cut: asked.cut ?? .direct, allEntries: allEntries, privateBPFFS: settings.privateBPFFS,
            toolVersion: Version.number,
            equivalence: equivalence)
        options.behind = behind
        options.made = ThisCommand.record
        options.profileName = named.map { PlanSource.absolute($0, unless: BuiltInProfiles.contain(profile)) }
        var settings = settings
        settings.asked = asked
        options.echo = { [settings] in settings.echoed(in: $0) }
        var planner = Planner(options)
        planner.progress = { progress.report($0, of: $1) }
        return try planner.plan(keeping: keeping, approve: approve)
    }
}
