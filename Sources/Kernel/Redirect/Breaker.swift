import BPFObjects
import CLibbpf
import Model

/// When a switch takes its run back by itself (bpf/failures.h).
///
/// Judged by each pair of switch and replacement on its own packets: failures that are few among those of all hooks may be all
/// that one of them has.
public struct Breaker: Hashable, Sendable {
    /// Failures among the packets that were redirected or failed; `nil`: never.
    public var limit: FlowShare?
    /// Failures without which nothing is concluded.
    public var minimum: UInt32

    public static let standard = Breaker(limit: .breaker)
    public static let off = Breaker(limit: nil)

    public init(limit: FlowShare?, minimum: UInt32 = 20) {
        self.limit = limit
        self.minimum = minimum
    }

    /// Where it is off, the verifier sees no call that older kernels lack (`bpf_map_lookup_percpu_elem`, 5.19).
    var constants: migrate_breaker {
        let processors = min(max(1, libbpf_num_possible_cpus()), MIGRATE_CPUS_MAX)
        return migrate_breaker(limit: limit?.parts ?? 0, minimum: max(1, minimum), cpus: UInt32(processors))
    }
}
