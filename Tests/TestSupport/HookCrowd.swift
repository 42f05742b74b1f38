import Glibc
import Inventory
import Kernel
import Lab
import Loader
import Model

/// Many hooks of a deployment, on few interfaces.
public final class HookCrowd {
    public let node: TestNode
    /// In the node's namespace.
    public let hooks: [Hook]
    private let plan: PlanOutcome
    private var runs = 0

    public static let devices = 10

    /// Puts the legacy program into that many more filters, of different priorities, handles, protocols, chains and class
    /// ids, and plans for all of them.
    public init(_ node: TestNode, filters count: Int) throws {
        self.node = node
        plan = try node.plan()
        let pin = try node.pinned("ztunnel_host_ingress")
        let devices = (0..<Self.devices).map { "c\($0)" }
        try node.sh(
            devices.map { "ip link add \($0) type veth peer name \($0)p; tc qdisc add dev \($0) clsact" }
                .joined(separator: "\n"))
        let lines = (0..<count).map { index in
            let nth = index / Self.devices
            let side = nth % 3 == 2 ? "egress" : "ingress"
            let place = "prio \(nth / 2 + 1) handle \(nth % 2 + 1)" + (nth / 2 % 4 == 3 ? " chain 5" : "")
            let protocols = nth / 2 % 5 == 4 ? "ip" : "all"
            let classID = nth % 7 == 6 ? "classid 1:\(nth)" : ""
            return
                "filter add dev \(devices[index % Self.devices]) \(side) protocol \(protocols) \(place) "
                + "bpf direct-action \(classID) object-pinned \(pin)"
        }
        try node.lab.run(["tc", "-batch", "-"], input: lines.joined(separator: "\n") + "\n").mustSucceed()
        let legacy = plan.hooks.first?.program?.id
        hooks = try Self.read(node).filter { $0.program?.id == legacy }
    }

    /// All hooks of the node, in a fixed order.
    public func read() throws -> [Hook] { try Self.read(node) }

    private static func read(_ node: TestNode) throws -> [Hook] {
        try node.lab.enter { try HookReader.hooks(in: try NetworkNamespace.current()) }
            .sorted {
                ($0.ifindex, $0.direction.rawValue, $0.priority, $0.handle) < (
                    $1.ifindex, $1.direction.rawValue, $1.priority, $1.handle
                )
            }
    }

    public func inside<T>(_ body: (NetworkNamespace) throws -> T) throws -> T {
        try node.lab.enter { try body(try NetworkNamespace.current()) }
    }

    /// Installs the replacement in all of them.
    package func install(
        _ journal: TestJournal = TestJournal(), of hooks: [Hook]? = nil, limits: ExchangeLimits = ExchangeLimits(),
        afterCheck: @escaping (Hook) -> Void = { _ in }
    ) throws -> TestNode.Applied {
        runs += 1
        let runID = "r-crowd\(runs)"
        let hooks = hooks ?? self.hooks
        let result = try inside { namespace in
            var request = InstallRequest(
                bpffs: try BPFFileSystem(path: TestNode.bpffs), node: namespace, runID: runID, planID: "p-crowd",
                configurations: InstallRequest.configurations(plan.document.decision, hooks: hooks), hooks: hooks,
                warm: [], recheck: { () throws(MigrateError) in [] }, interrupted: { nil })
            request.afterCheck = afterCheck
            request.limits = limits
            return Installer(request, journal: journal).install()
        }
        return TestNode.Applied(runID: runID, result: result, journal: journal)
    }

    /// Puts another program into the place of a hook, as a second writer does.
    public func overwrite(_ hook: Hook, with pin: String) throws {
        try node.sh("tc filter replace \(place(hook)) bpf direct-action object-pinned \(pin)")
    }

    public func delete(_ hook: Hook) throws { try node.sh("tc filter del \(place(hook)) bpf") }

    private func place(_ hook: Hook) -> String {
        "dev \(hook.interface) \(hook.direction.rawValue) protocol \(hook.protocolName) prio \(hook.priority) "
            + "handle \(hook.handle)" + (hook.chain == 0 ? "" : " chain \(hook.chain)")
    }

    /// A loaded replacement, attached to nothing.
    package func replacement() throws -> OpenProgram {
        OpenProgram(
            try ReplacementObject.load(
                RedirectConfiguration(plan.document.decision, netns: plan.document.decision.netns)))
    }
}
