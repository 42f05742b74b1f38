import Model
import TestSupport
import Testing

@testable import Lab

/// What becomes of pods, and who hears of it.
extension Node {
    /// pod1 is idle, pod3 gets another MAC, pod5 another veth, and `new` comes.
    ///
    /// The ones between send, in the family without a proxy: a pod that is made again comes with the deployment's own
    /// program, which asks the map.
    func changePods(new: String) throws {
        try lab.forget("pod1")
        try lab.renew("pod3", announced: true)
        try lab.move("pod5")
        try lab.add(new)
    }

    /// What the deployment's agent does when it hears of them.
    func letAgentCatchUp(_ pods: [String]) throws {
        let known = try lab.entries()
        for pod in try pods.map(lab.pod) {
            for address in [pod.address, pod.ipv6].compactMap(\.self) {
                guard var entry = known.first(where: { $0.address.family == address.family }) else { continue }
                (entry.address, entry.ifindex, entry.mac) = (address, pod.ifindex, pod.mac)
                try lab.setEntry(entry)
            }
        }
    }

    func burst(_ pods: [String], ipv6: Bool) throws -> Ledger {
        try Traffic.start(in: lab, .burst(pods, ipv6: ipv6)).wait()
    }

    /// The words that say which profile a lab of that family has.
    static func profileWords(_ family: LabFamily) throws -> [String] {
        family == .fabric ? ["--profile", try Programs.root + "/docs/examples/fabric.yaml"] : []
    }
}

extension Ledger {
    /// Over both families.
    func count(_ pod: String) -> (sent: UInt64, received: UInt64) {
        flows(of: pod).reduce((0, 0)) { ($0.0 + $1.sent, $0.1 + $1.received) }
    }
}

/// What is known of each step on the legacy deployment and on the replacement; printed, for people.
struct StepTable {
    private var lines: [String]
    private var begun = Clock.now()

    init(_ title: String) {
        lines = [title, Self.row("step", "legacy: received of sent", "replacement")]
    }

    mutating func add(_ step: String, _ legacy: Ledger, _ one: String, _ replacement: Ledger, _ other: String) {
        let (before, after) = (legacy.count(one), replacement.count(other))
        lines.append(
            Self.row(step, "\(before.received) of \(before.sent)", "\(after.received) of \(after.sent)"))
    }

    mutating func add(_ step: String, _ legacy: String, _ replacement: String) {
        lines.append(Self.row(step, legacy, replacement))
    }

    mutating func note(_ line: String) { lines.append("  \(line)") }

    /// The seconds since the last one.
    mutating func lap(_ phase: String) {
        note("\(phase): \((Clock.now() - begun) / 100_000_000 * 100) ms")
        begun = Clock.now()
    }

    func show() { print(lines.joined(separator: "\n")) }

    private static func row(_ cells: String...) -> String {
        "  " + zip(cells, [34, 26, 0]).map { $0.padding(to: $1) }.joined()
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
