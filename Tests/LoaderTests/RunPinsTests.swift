import Kernel
import Model
import TestSupport
import Testing

@testable import Loader

extension LoaderSuite {
    @Suite struct Pins {
        private func run(_ id: String, hooks: Int = 2) -> PinnedRun {
            var all: [PinnedHook] = []
            for index in 0..<hooks {
                var hook = PinnedHookTests.hook { $0.ifindex = UInt32(index + 1) }
                hook.replacementID = 0
                all.append(hook)
            }
            return PinnedRun(runID: id, planID: "p-" + String(repeating: "a", count: 64), nodeNetns: 99, hooks: all)
        }

        @Test func `a record is created, read, completed and removed`() throws {
            try withNode(pods: 1) { node in
                try node.lab.enter {
                    let bpffs = try BPFFileSystem(path: TestNode.bpffs)
                    let pins = RunPins(bpffs: bpffs, runID: "r-b")
                    try pins.create()
                    var run = run("r-b")
                    try pins.write(run)
                    #expect(try pins.read() == run)
                    for index in run.hooks.indices { run.hooks[index].replacementID = UInt32(77 + index) }
                    try pins.update(run)
                    #expect(try pins.read() == run)
                    // A second run beside it.
                    let other = RunPins(bpffs: bpffs, runID: "r-a")
                    try other.create()
                    try other.write(self.run("r-a", hooks: 1))
                    #expect(RunPins.runs(bpffs) == ["r-a", "r-b"])
                    let modes = try node.sh(
                        "stat -c '%a %u' /sys/fs/bpf/migrate /sys/fs/bpf/migrate/r-a /sys/fs/bpf/migrate/r-b")
                    #expect(modes == "700 0\n700 0\n700 0\n")
                    try pins.remove()
                    #expect(RunPins.runs(bpffs) == ["r-a"])
                    #expect(try other.read().hooks.count == 1)
                    try other.remove()
                    #expect(RunPins.runs(bpffs) == [])
                    // What is gone already is fine.
                    try other.remove()
                }
                #expect(try !node.sh("ls /sys/fs/bpf").contains("migrate"))
            }
        }

        @Test func `a run is made once`() throws {
            try withNode(pods: 1) { node in
                let pins = try node.pins(of: "r-x")
                try node.lab.enter {
                    try pins.create()
                    let error = #expect(throws: KernelError.self) { try pins.create() }
                    #expect(error?.errno == .fileExists)
                    try pins.write(run("r-x"))
                    #expect(throws: KernelError.self) { try pins.write(run("r-x")) }
                    try pins.remove()
                }
            }
        }

        @Test func `a record of another layout is refused, and its pins stay`() throws {
            try withNode(pods: 1) { node in
                let pins = try node.pins(of: "r-x")
                try node.lab.enter {
                    try pins.create()
                    try pins.write(run("r-x"))
                }
                let zeros = String(repeating: " 0", count: PinnedHook.size - 1)
                try node.sh("bpftool map update pinned \(pins.recordPath) key 0 0 0 0 value 3\(zeros)")
                try node.lab.enter {
                    let error = #expect(throws: KernelError.self) { try pins.read() }
                    #expect(error?.description.contains("layout version 3") == true)
                }
                #expect(throws: MigrateError.self) { try node.rollback("r-x") }
                #expect(try node.pinnedRuns() == ["r-x"])
                try node.lab.enter { try pins.remove() }
            }
        }

        @Test func `a pin of another kind is no record`() throws {
            try withNode(pods: 1) { node in
                let pins = try node.pins(of: "r-x")
                try node.lab.enter { try pins.create() }
                let map = try #require(node.lab.state.maps.first { $0.name == "app_info" })
                try node.sh("bpftool map pin id \(map.id) \(pins.recordPath)")
                try node.lab.enter { _ = #expect(throws: KernelError.self) { try pins.read() } }
                try node.lab.enter { try pins.remove() }
            }
        }

        @Test func `apply leaves what the layout promises, and nothing more`() throws {
            try withTwoHooks { node, plan in
                let run = try node.mustApply(plan)
                #expect(try node.sh("ls /sys/fs/bpf/migrate/\(run.runID)") == "legacy_0\nlegacy_1\nrecord\n")
                #expect(try node.sh("stat -c %a /sys/fs/bpf/migrate/\(run.runID)") == "700\n")
                let record = try node.lab.enter { try node.pins(of: run.runID).read() }
                #expect(record.planID == plan.document.planID && record.nodeNetns == plan.node.identity.cookie)
                #expect(record.hooks.map(\.before.filter) == plan.hooks.map(\.filter))
                #expect(record.hooks.allSatisfy { $0.replacementID == run.replacement.id })
                try node.rollback(run.runID)
            }
        }
    }
}
