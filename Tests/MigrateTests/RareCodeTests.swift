import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// Codes that no other test meets.
    @Suite struct RareCodes {
        @Test func `a direct plan has no confirm window`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan(cut: .direct)
                try node.refuses("apply", "--node", Node.name, plan, exit: 64, code: .confirmWindow)
                try node.refuses(
                    "apply", "--node", Node.name, "--confirm-within", "5m", plan, exit: 64, code: .confirmWindow)
            }
        }

        /// Process 1 of a PID namespace stands for the host's.
        @Test func `without a machine id nothing is planned`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.words(["plan", "--membership", "on-link"]).joined(separator: " ")
                let script =
                    "mount -t proc proc /proc; mount --bind /dev/null /etc/machine-id; exec \(plan)"
                let result = try node.run(["unshare", "--mount", "--pid", "--fork", "sh", "-euc", script])
                node.expect(result, exit: 12, code: .noMachineID)
            }
        }
    }
}
