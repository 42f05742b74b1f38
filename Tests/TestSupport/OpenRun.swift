import Glibc
import Inventory
import Kernel
import Loader
import Model

/// A run whose confirm window is open.
public struct OpenRun {
    public var plan: PlanOutcome
    public var runID: String
    public var made: Provisional

    /// In the order of the hooks.
    public var legacy: [UInt32] { plan.hooks.map { $0.program?.id ?? 0 } }
}

extension TestNode {
    /// Plans, applies with a switch, and insists that it is provisional.
    public func open(
        _ plan: PlanOutcome? = nil, window: Int = 600, share: FlowShare = .whole, breaker: Breaker = .standard,
        configurations: [UInt64: RedirectConfiguration]? = nil
    ) throws -> OpenRun {
        let plan = try plan ?? self.plan(.legacyKeys)
        let applied = try apply(
            plan, configurations: configurations, cut: .switch, window: window, share: share, breaker: breaker)
        guard case .provisional(let made) = applied.result else {
            throw TestFailure("not provisional: \(applied.result)")
        }
        return OpenRun(plan: plan, runID: applied.runID, made: made)
    }

    /// Until the kernel has written that the deadline passed, with nobody asking it to.
    public func waitForExpiry(_ runID: String) throws {
        for _ in 0..<400 {
            if try cell(runID).word.state == .expired { return }
            usleep(50_000)
        }
        throw TestFailure("run \(runID) does not expire: \(try cell(runID))")
    }
}

/// Where the second proxy's program is attached.
public enum ContestedPlace: String, CaseIterable, Sendable {
    case clsact
    case tcx
    case tcxLink = "tcx link"
}

/// The hook of a second proxy, `hz2`, which somebody else writes as well; packets flow through the first one.
public final class ContestedHook {
    private let node: TestNode
    private let place: ContestedPlace
    private var link: HeldLink?
    public let foreign: (id: UInt32, pin: String)

    public init(_ node: TestNode, _ place: ContestedPlace) throws {
        self.node = node
        self.place = place
        foreign = try node.foreignProgram()
        try node.addSecondProxy()
        guard place != .clsact else { return }
        let pin = try node.pinned("ztunnel_host_ingress")
        if place == .tcxLink { link = try node.link(pin, to: "hz2") } else { try node.attach(pin, to: "hz2") }
        try node.sh("tc qdisc del dev hz2 clsact")
    }

    public func program() throws -> UInt32 {
        place == .clsact ? try node.programID("hz2") : try node.tcx("hz2").entries.first?.programID ?? 0
    }

    /// What is there gives way to another program, whoever's it was.
    public func put(_ pin: String) throws {
        if let link { return try node.update(link, by: pin) }
        guard place != .clsact else { return try node.overwrite("hz2", with: pin) }
        try node.replace(program: try program(), by: pin, on: "hz2")
    }

    /// At tcx: its owner gives the link up, or somebody detaches what is there.
    public func leave() throws {
        guard link == nil else { return link = nil }
        try node.detach(program: try program(), from: "hz2")
    }

    /// The interface, and all that is attached there.
    public func remove() throws {
        link = nil
        try node.sh("ip link del hz2")
    }
}
