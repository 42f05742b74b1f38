import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// Plans that apply does not take: what was approved must be what is there, whole and as written.
    @Suite struct PlanRefusals {
        private func refuses(
            _ node: Node, _ plan: String, exit: Int32, code: Code, sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            try node.refuses(
                "apply", "--node", Node.name, "--confirm-within", "none", plan, exit: exit, code: code,
                sourceLocation: sourceLocation)
            #expect(
                try DocumentShape(node.migrate("history", "-o", "json").stdout).count("runs") == 0,
                sourceLocation: sourceLocation)
        }

        @Test func `edited, cut and foreign files`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let path = { (name: String) in "\(node.scratch)/\(name).json" }
                let edits: [(filter: String, exit: Int32, code: Code)] = [
                    (".membership.chosen = \"legacy-keys\"", 65, .editedPlan),
                    (".decision.hooks[0].handle = 2", 65, .editedPlan), (".blockers = [{}]", 65, .unreadablePlan),
                    (".warnings = []", 65, .editedPlan), (".plan_id = \"p-0\"", 65, .editedPlan),
                    (".digest = \"\"", 65, .editedPlan), (".format_version = \"2.0\"", 65, .otherVersion),
                    (".kind = \"run\"", 65, .otherVersion), ("del(.decision)", 65, .unreadablePlan),
                ]
                for (index, edit) in edits.enumerated() {
                    try node.sh("jq '\(edit.filter)' \(plan) > \(path("edited\(index)"))")
                    try refuses(node, path("edited\(index)"), exit: edit.exit, code: edit.code)
                }
                try node.sh("head -c 3000 \(plan) > \(path("cut")); : > \(path("empty")); echo '[]' > \(path("list"))")
                for name in ["cut", "empty", "list", "none"] {
                    try refuses(node, path(name), exit: 65, code: .unreadablePlan)
                }
                // What a reader must ignore: other keys and another order of the same document.
                try node.sh("jq -c '.extra = 1' \(plan) > \(path("extra"))")
                #expect(try node.apply(path("extra")).changed)
                try node.rollback()
            }
        }

        /// Writes a plan whose digest and id fit its contents, as an honest other machine would.
        private func forge(
            _ node: Node, _ plan: String, _ name: String, _ change: (inout PlanDocument) -> Void
        ) throws -> String {
            var document = try node.document(plan)
            change(&document)
            document.planID = try document.decision.planID()
            let path = "\(node.scratch)/\(name).json"
            try TextFile.replace(path, with: try JSON.pretty(document.sealed()) + "\n")
            #expect(try node.document(path).isIntact())
            return path
        }

        @Test func `plans of another node, machine, boot and object`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let otherNode = try forge(node, plan, "node") {
                    $0.node.name = "node-b"
                    $0.decision.node = "node-b"
                }
                try refuses(node, otherNode, exit: 12, code: .otherNode)
                let otherMachine = try forge(node, plan, "machine") {
                    $0.node.machineID = String(repeating: "0", count: 32)
                    $0.decision.machineID = $0.node.machineID
                }
                try refuses(node, otherMachine, exit: 12, code: .otherNode)
                let otherBoot = try forge(node, plan, "boot") {
                    $0.node.bootID = "00000000-0000-0000-0000-000000000000"
                    $0.decision.bootID = $0.node.bootID
                }
                try refuses(node, otherBoot, exit: 11, code: .otherBoot)
                let otherObject = try forge(node, plan, "object") {
                    $0.decision.replacement.object = String(repeating: "0", count: 64)
                }
                try refuses(node, otherObject, exit: 11, code: .stalePlan)
                // `show` reads them all the same.
                for path in [otherNode, otherMachine, otherBoot, otherObject] { try node.migrate("show", path) }
            }
        }

        @Test func `a stale plan names the program then and the program now`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let planned = try node.slot().program
                try node.attachLegacyProgramAnew()
                let now = try node.slot().program
                #expect(planned != now)
                try refuses(node, plan, exit: 11, code: .stalePlan)
                let words = try node.migrate(
                    "apply", "--node", Node.name, "--confirm-within", "none", plan, exit: 11
                ).stderr
                #expect(words.contains("\(planned)") && words.contains("\(now)"), "\(words)")
                try node.migrate("show", plan)
            }
        }

        @Test func `a hook that is gone, moved or changed`() throws {
            try withNode(pods: 1) { node in
                let legacy = "id \(try node.program("ztunnel_host_ingress"))"
                let hz = node.proxyInterface
                try node.sh("bpftool prog pin \(legacy) /sys/fs/bpf/kept")
                let attach = { (where_: String) in
                    "tc filter add dev \(hz) ingress \(where_) bpf direct-action object-pinned /sys/fs/bpf/kept"
                }
                let first = try node.plan()
                try node.sh("tc filter del dev \(hz) ingress; \(attach("pref 2 handle 1 protocol all"))")
                try refuses(node, first, exit: 11, code: .stalePlan)
                let second = try node.plan()
                try node.sh("tc filter del dev \(hz) ingress; \(attach("pref 2 handle 7 protocol all"))")
                try refuses(node, second, exit: 11, code: .stalePlan)
                let third = try node.plan()
                try node.sh("tc filter del dev \(hz) ingress; \(attach("pref 2 handle 7 protocol ip"))")
                try refuses(node, third, exit: 11, code: .stalePlan)
                let fourth = try node.plan()
                try node.sh("tc filter del dev \(hz) ingress")
                try refuses(node, fourth, exit: 11, code: .stalePlan)
                try node.sh("rm /sys/fs/bpf/kept")
            }
        }

        @Test func `an interface that was deleted`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                try node.sh("ip link del \(node.proxyInterface)")
                try refuses(node, plan, exit: 11, code: .stalePlan)
            }
        }
    }
}
