import CLibbpf
import Kernel
import Synchronization

/// How often each program at the hooks ran, by the kernel's own word.
final class HookRuns: Sendable {
    /// Of one switch, from its first run to its last.
    struct Switch: Equatable {
        var toLegacy: UInt64 = 0
        var redirected: UInt64 = 0
        /// Left to the stack by the replacement: ARP, neighbor discovery.
        var passed: UInt64 = 0
        var fellForward: UInt64 = 0
        var runs: UInt64 { toLegacy + redirected + passed - fellForward }
    }

    private let legacy: UInt32
    private let before: UInt64
    /// The kernel counts runs for as long as this is open (BPF_ENABLE_STATS).
    private let counting: OwnedDescriptor
    private let past: Mutex<Switch>

    /// - Parameter legacy: id of the legacy program, which is the same in all hooks.
    init(legacy: UInt32) throws {
        counting = OwnedDescriptor(
            owning: try negated("count", "runs of programs", bpf_enable_stats(BPF_STATS_RUN_TIME)))
        self.legacy = legacy
        past = Mutex(Switch())
        before = try Self.runs(of: legacy)
    }

    /// Runs of the legacy program out of a hook; those by a switch's tail call are the switch's.
    func legacyRuns() throws -> UInt64 { try Self.runs(of: legacy) - before }

    /// Of all switches that are over.
    var switches: Switch { past.withLock(\.self) }

    private static func runs(of program: UInt32) throws -> UInt64 {
        let descriptor = OwnedDescriptor(
            owning: try negated("open", "program \(program)", bpf_prog_get_fd_by_id(program)))
        var info = bpf_prog_info()
        // SAFETY: the shim fills `info`; no array is asked for.
        try negated("read", "program \(program)", unsafe migrate_program_info(descriptor.raw, &info, nil, 0))
        return info.run_cnt
    }

    /// The counters of a switch, which outlive it while this is held: its program is not, so that the kernel can free it.
    final class Held: Sendable {
        private let map: BPFMap

        init(switch id: UInt32) throws {
            let program = try BPFProgram(id: id)
            for mapID in program.record.mapIDs {
                let map = try BPFMap(id: mapID)
                guard map.record.name == "outcomes" else { continue }
                self.map = map
                return
            }
            throw LabError(.system, "find the counters of program \(id)")
        }

        fileprivate func read() throws -> Switch {
            let sums = try map.perCPUSums()
            let outcomes = RedirectOutcome.allCases.filter { $0 != .dropped && $0 != .redirected }
            return Switch(
                // One packet, by which apply tries the way to the legacy program, came from no pod.
                toLegacy: max(sums[Int(SwitchCount.toLegacy.rawValue)], 1) - 1,
                redirected: sums[Int(RedirectOutcome.redirected.rawValue)],
                passed: outcomes.reduce(0) { $0 + sums[Int($1.rawValue)] },
                fellForward: sums[Int(SwitchCount.fellForward.rawValue)])
        }
    }

    /// Adds what a switch counted; for when it is out of its hooks and freed.
    func settle(_ held: [Held]) throws {
        for one in held {
            let last = try one.read()
            past.withLock { past in
                past.toLegacy += last.toLegacy
                past.redirected += last.redirected
                past.passed += last.passed
                past.fellForward += last.fellForward
            }
        }
    }
}
