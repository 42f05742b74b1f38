import Inventory
import Kernel
import Lab
import Loader
import Model
import Store
import Testing

/// A lab, with planner and loader as the verbs use them, all in this process.
public final class TestNode {
    public let lab: LabNode
    /// Programs that runs of this test loaded.
    private var replacements: Set<UInt32> = []
    private var runs = 0
    /// How many hooks are exchanged at once.
    package var limits = ExchangeLimits()

    init(_ options: LabOptions) throws { lab = try LabNode.up(options) }

    public static let bpffs = "/sys/fs/bpf"

    // MARK: Commands inside

    /// In the node's namespace, or a pod's; must succeed.
    @discardableResult
    public func sh(_ command: String, in pod: String? = nil) throws -> String {
        try lab.run(["sh", "-ec", command], in: pod).mustSucceed().stdout
    }

    /// The filters of an interface, as tc(8) shows them.
    public func filters(_ device: String, _ direction: String = "ingress") throws -> String {
        try sh("tc -d filter show dev \(device) \(direction)")
    }

    /// Pins a program of the deployment by its name and returns the path, for tc's `object-pinned`.
    public func pinned(_ program: String) throws -> String {
        let object = try #require(lab.state.programs.first { $0.name == program })
        let path = "\(Self.bpffs)/test_\(program)"
        try sh("[ -e \(path) ] || bpftool prog pin id \(object.id) \(path)")
        return path
    }

    /// A program that is nobody's: says nothing of any packet (`TC_ACT_UNSPEC`) or the same of every one, uses no map,
    /// another one every time. Returns id and pin.
    public func foreignProgram(_ name: String = "foreign", verdict: Int32 = -1) throws -> (id: UInt32, pin: String) {
        let path = "\(Self.bpffs)/\(name)"
        let id = try lab.enter { try ForeignProgram.pin(name: name, at: path, verdict: verdict) }
        return (id, path)
    }

    // MARK: Planning

    public static func profile(_ family: LabFamily = .ambient) throws -> Profile {
        switch family {
        case .ambient: try #require(try BuiltInProfiles.all().first)
        case .fabric: try ProfileReader.profile(fromYAML: try #require(TextFile.read(fabricProfile)), file: "fabric")
        }
    }

    /// The example that the documentation shows.
    public static var fabricProfile: String {
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/docs/examples/fabric.yaml"
    }

    /// - Parameter netns: path of the namespace that is the node; `nil` is the lab's own.
    public func plan(
        _ membership: Membership? = nil, acceptUnknown: Bool = false, profile: Profile? = nil,
        egress: Egress = .neigh, staticSet: Bool = true, cut: CutKind = .switch, netns: String? = nil,
        in store: Store? = nil,
        judgesSingly: Bool = false, equivalence: Bool = false,
        underTest: @escaping @Sendable (RedirectConfiguration) -> RedirectConfiguration = { $0 },
        approve: @escaping (PlanDocument) throws(MigrateError) -> Void = { _ in },
        progress: @escaping (Int, Int) -> Void = { _, _ in }
    ) throws -> PlanOutcome {
        let profile = try profile ?? Self.profile(lab.state.options.family)
        return try lab.enter {
            let options = PlanOptions(
                bpffs: try BPFFileSystem(path: Self.bpffs), netnsPath: netns, profile: profile, membership: membership,
                egress: egress, acceptUnknown: acceptUnknown, staticSet: staticSet && membership == .enrolled, cut: cut,
                allEntries: true, privateBPFFS: true, toolVersion: "test", equivalence: equivalence)
            var planner = Planner(options)
            planner.progress = progress
            planner.judgesSingly = judgesSingly
            planner.underTest = underTest
            guard let store else { return try planner.plan(approve: approve) }
            return try planner.plan(
                keeping: { (body) throws(MigrateError) in try body(store) }, approve: approve)
        }
    }

    // MARK: Applying and taking back

    public struct Applied {
        public var runID: String
        public var result: InstallResult
        public var journal: TestJournal
    }

    /// As `apply` does with a plan that it has just made again.
    @discardableResult
    public func apply(
        _ outcome: PlanOutcome, _ journal: TestJournal = TestJournal(),
        configurations: [UInt64: RedirectConfiguration]? = nil, cut: CutKind = .direct, window: Int? = nil,
        share: FlowShare = .whole, breaker: Breaker = .standard, isPrepared: Bool = false,
        interrupted: @escaping () -> Int32? = { nil }, afterCheck: @escaping (Hook) -> Void = { _ in }
    ) throws -> Applied {
        runs += 1
        let runID = "r-test\(runs)"
        defer { replacements.formUnion(journal.replacements.values.map(\.id)) }
        let result = try lab.enter { () throws -> InstallResult in
            var request = InstallRequest(
                bpffs: try BPFFileSystem(path: Self.bpffs), node: outcome.node, runID: runID,
                planID: outcome.document.planID,
                configurations: configurations
                    ?? InstallRequest.configurations(outcome.document.decision, hooks: outcome.hooks),
                hooks: outcome.hooks, members: outcome.enrolled, warm: warm(outcome),
                recheck: { () throws(MigrateError) in
                    // What `plan` answers, asked again: only entries that break now and did not before.
                    let asked = outcome.document.asked
                    let again = try MigrateError.wrapping {
                        try self.plan(
                            asked.membership, profile: outcome.document.decision.profile, egress: asked.egress,
                            netns: outcome.node.identity.path)
                    }
                    let before = Set(outcome.findings.filter { $0.effect == .broken }.map(\.address))
                    return again.findings.filter { $0.effect == .broken && !before.contains($0.address) }
                        .map { "\($0.address): \($0.verdict.rawValue)" }
                }, interrupted: interrupted)
            request.cut = cut
            request.window = window
            request.share = share
            request.planned = planned(outcome)
            request.configurations = request.configurations.mapValues {
                var told = $0
                told.breaker = breaker
                return told
            }
            request.afterCheck = afterCheck
            request.limits = limits
            if isPrepared, let hook = outcome.hooks.first, let told = request.configurations[hook.netns.cookie] {
                request.prepared = try PreparedSwitch.load(
                    told, like: hook.program?.id ?? 0, planned: request.planned, interfaces: request.members.count)
            }
            return Installer(request, journal: journal).install()
        }
        return Applied(runID: runID, result: result, journal: journal)
    }

    /// Applies, and insists that it is committed.
    public func mustApply(_ outcome: PlanOutcome) throws -> (runID: String, replacement: ProgramReference) {
        let applied = try apply(outcome)
        guard case .committed(let replacements, _, _, _) = applied.result, let replacement = replacements.first else {
            throw TestFailure("not committed: \(applied.result)")
        }
        return (applied.runID, replacement)
    }

    private func planned(_ outcome: PlanOutcome) -> [IPAddress: UInt32] {
        let due = outcome.findings.filter { $0.effect == .same || $0.effect == .healed }
        return Dictionary(due.map { ($0.address, $0.kernel.ifindex ?? 0) }, uniquingKeysWith: { $1 })
    }

    private func warm(_ outcome: PlanOutcome) -> [NeighborWarming.Target] {
        outcome.findings.compactMap { finding in
            guard let ifindex = finding.kernel.ifindex, finding.kernel.gateway == nil,
                finding.effect == .same || finding.effect == .healed
            else { return nil }
            return .init(netns: outcome.document.decision.netns, address: finding.address, ifindex: ifindex)
        }
    }

    @discardableResult
    public func rollback(
        _ runID: String, _ journal: TestJournal? = TestJournal(), afterCheck: @escaping (Hook) -> Void = { _ in }
    ) throws -> Restoration {
        try lab.enter {
            var restorer = Restorer(bpffs: try BPFFileSystem(path: Self.bpffs), runID: runID, node: nil)
            restorer.afterCheck = afterCheck
            restorer.limits = limits
            return try restorer.restore(journal: journal, reason: .operator)
        }
    }

    public func finalize(
        _ runID: String, _ journal: TestJournal? = TestJournal(), afterCheck: @escaping (Hook) -> Void = { _ in }
    ) throws -> Finalization {
        try lab.enter {
            var finalizer = Finalizer(bpffs: try BPFFileSystem(path: Self.bpffs), runID: runID, node: nil)
            finalizer.afterCheck = afterCheck
            return try finalizer.finalize(journal: journal)
        }
    }

    /// Asks the control program of a run.
    public func control<T>(_ runID: String, _ body: (borrowing Control) throws -> T) throws -> T {
        try lab.enter {
            let pins = RunPins(bpffs: try BPFFileSystem(path: Self.bpffs), runID: runID)
            return try body(try Control(pins))
        }
    }

    public func cell(_ runID: String) throws -> CellSight {
        try lab.enter { try Cell(pin: "\(Self.bpffs)/migrate/\(runID)/cell").sight() }
    }

    /// For a run whose pins are gone.
    @discardableResult
    public func rollback(known run: PinnedRun) throws -> Restoration {
        try lab.enter {
            try Restorer(bpffs: try BPFFileSystem(path: Self.bpffs), run: run, node: nil)
                .restore(journal: TestJournal(), reason: .operator)
        }
    }

    // MARK: What is there

    /// Runs that have pins.
    public func pinnedRuns() throws -> [String] {
        try lab.enter { RunPins.runs(try BPFFileSystem(path: Self.bpffs)) }
    }

    public func counters(_ program: ProgramReference) throws -> [String: UInt64] {
        try ReplacementObject.counters(ofProgram: program.id)
    }

    /// - Parameter rate: packets per second to each pod, for one second; `nil`: 500 packets, soon.
    public func burst(_ pods: [String], rate: Int? = nil, ipv6: Bool = false) throws -> Ledger {
        let options: TrafficOptions =
            if let rate { .burst(pods, rate: rate, packets: rate, ipv6: ipv6) } else { .burst(pods, ipv6: ipv6) }
        return try Traffic.start(in: lab, options).wait()
    }

    /// Nothing of ours may be left; then the lab goes, and nothing of it may be left either.
    func end() throws {
        #expect(try pinnedRuns().isEmpty, "pins are left")
        #expect(try sh("ls \(Self.bpffs)").contains("migrate") == false, "the pin directory is left")
        let left = replacements.filter { BPFProgram.exists(id: $0) }
        #expect(left.isEmpty, "programs are left: \(left.sorted())")
        try lab.down()
        #expect(lab.leftovers.isEmpty && !lab.state.keeper.isAlive)
    }
}

/// Something a test could not do.
public struct TestFailure: Error, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

/// Builds a node, runs `body`, looks for leaks, takes the node down.
public func withNode(
    _ family: LabFamily = .ambient, pods: Int = 2, faults: Bool = false, ipv6: Bool = false, tenants: Int = 1,
    _ body: (TestNode) throws -> Void
) throws {
    let before = try OpenObjects.count()
    do {
        let name = "test-\(String(UInt32.random(in: .min ... .max), radix: 16))"
        let node = try TestNode(
            LabOptions(
                name: name, family: family, pods: pods, faults: faults, ipv6: ipv6, tenants: tenants))
        try body(node)
        try node.end()
    }
    #expect(try OpenObjects.count() == before, "descriptors of namespaces or BPF objects are left open")
}
