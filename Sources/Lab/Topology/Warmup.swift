import Glibc
import Model

/// Makes the kernel resolve the neighbors that a node with running pods has.
enum Warmup {
    /// Sends one datagram to each address and waits until all are resolved.
    ///
    /// A datagram from the node rather than `ip neigh … use`: it resolves as real traffic does, and the pod's
    /// answer (port unreachable) shows that the way back works too.
    static func run(_ pods: [LabPod], milliseconds: Int = 5000) throws(LabError) {
        let wanted = pods.flatMap { [$0.address] + ($0.ipv6.map { [$0] } ?? []) }
        let deadline = Clock.now() + UInt64(milliseconds) * 1_000_000
        var missing = Set(wanted.map(\.description))
        for address in wanted { try UDPSocket(address.family).send([0], to: address, port: 9) }
        while !missing.isEmpty {
            let known = try Command.run(["ip", "-o", "neigh", "show"]).mustSucceed().stdout
            for line in known.split(separator: "\n") where line.contains("lladdr") {
                missing.remove(String(line.prefix { $0 != " " }))
            }
            guard Clock.now() < deadline else {
                throw LabError(
                    .system, "resolve the pods' neighbors",
                    facts: ["without an answer: \(missing.sorted().prefix(5).joined(separator: ", "))"])
            }
            if !missing.isEmpty { usleep(20_000) }
        }
    }

    /// Those of a site that talk: not the idle one, and not the one without a route.
    static func talking(_ state: LabState, _ site: LabSite) -> [LabPod] {
        (state.gateways + [state.proxy].compactMap(\.self)
            + state.pods.filter { $0.fault != .unresolved && $0.fault != .broken })
            .filter { $0.tenant == site.tenant }
    }
}
