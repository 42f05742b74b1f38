import Glibc
import Testing

@testable import Lab

extension Trait where Self == ConditionTrait {
    static var needsRoot: Self { .enabled(if: geteuid() == 0, "needs root: namespaces and BPF programs are made") }
}

extension LabNode {
    /// A small lab with a name of its own, so that tests and a lab at hand do not meet.
    static func forTest(
        _ family: LabFamily = .ambient, pods: Int = 2, faults: Bool = false, ipv6: Bool = true, tenants: Int = 1
    ) throws -> LabNode {
        let name = "test-\(String(UInt32.random(in: .min ... .max), radix: 16))"
        return try up(
            LabOptions(name: name, family: family, pods: pods, faults: faults, ipv6: ipv6, tenants: tenants))
    }

    /// IPv4 packets that the node's stack forwarded (`ForwDatagrams` of /proc/net/snmp).
    func forwarded() throws -> UInt64 {
        let text = try run(["cat", "/proc/net/snmp"]).mustSucceed().stdout
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("Ip:") }.map { $0.split(separator: " ") }
        guard rows.count == 2, let column = rows[0].firstIndex(of: "ForwDatagrams") else { return 0 }
        return UInt64(rows[1][column]) ?? 0
    }

    /// A short burst, counted.
    func burst(_ pods: [String] = [], ipv6: Bool = false) throws -> Ledger {
        try Traffic.start(in: self, .burst(pods, ipv6: ipv6)).wait()
    }

    func entry(of pod: String) throws -> LabMapEntry {
        let address = try self.pod(pod).address
        return try #require(try entries().first { $0.address == address })
    }
}

/// Runs migrate-lab itself.
func migrateLab(_ arguments: String...) throws -> CommandResult {
    try Command.run([try LabExecutable.find()] + arguments)
}
