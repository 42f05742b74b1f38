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

        @Test func `finalizing is written down first, and the record goes last`() throws {
            try withNode(pods: 1) { node in
                let pins = try node.pins(of: "r-x")
                try node.lab.enter {
                    try pins.create()
                    var run = run("r-x")
                    run.cut = .switch
                    for index in run.hooks.indices { run.hooks[index].pair = UInt32(index) }
                    try pins.write(run)
                    let map = try #require(node.lab.state.maps.first { $0.name == "app_info" })
                    let stand = try BPFMap(id: map.id)
                    for path in [
                        pins.cellPath, pins.controlPath, pins.slotPath(0), pins.slotPath(1), pins.plainPath(0),
                    ]
                        + [pins.legacyPath(0), pins.legacyPath(1), pins.enrolledPath(7), pins.directory + "/foreign"]
                    {
                        try pins.pin(stand.descriptor, at: path)
                    }
                    #expect(throws: KernelError.self) { try pins.pin(stand.descriptor, at: pins.cellPath) }
                    try pins.markFinalizing()
                    run.isFinalizing = true
                    #expect(try pins.read() == run)
                    try pins.removeLegacyPins()
                    #expect(DirectoryListing.names(in: pins.directory) == ["enrolled_7", "foreign"])
                    // Again, as after a cut-off.
                    try pins.removeLegacyPins()
                }
                try node.sh("rm \(pins.directory)/foreign")
                try node.lab.enter { try pins.remove() }
                #expect(try node.pinnedRuns() == [])
            }
        }

        @Test(arguments: [(1, 1024), (2, 1536)])
        func `a run that an earlier version recorded is finalized, too`(version: Int, size: Int) throws {
            try withNode(pods: 1) { node in
                let pins = try node.pins(of: "r-x")
                try node.lab.enter { try pins.create() }
                func hex(_ bytes: [UInt8]) -> String {
                    bytes.prefix(size).enumerated().map { "\($0 == 0 ? version : Int($1))" }.joined(separator: " ")
                }
                let run = run("r-x", hooks: 1)
                try node.sh(
                    """
                    bpftool map create \(pins.recordPath) type array key 4 value \(size) entries 2 name migrate_record
                    bpftool map update pinned \(pins.recordPath) key 0 0 0 0 value \(hex(run.header()))
                    bpftool map update pinned \(pins.recordPath) key 1 0 0 0 value \(hex(run.hooks[0].encoded()))
                    """)
                try node.lab.enter {
                    #expect(try pins.read() == run)
                    try pins.markFinalizing()
                    var final = run
                    final.isFinalizing = true
                    #expect(try pins.read() == final)
                    try pins.remove()
                }
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
                try node.sh("bpftool map update pinned \(pins.recordPath) key 0 0 0 0 value 4\(zeros)")
                try node.lab.enter {
                    let error = #expect(throws: KernelError.self) { try pins.read() }
                    #expect(error?.description.contains("layout version 4") == true)
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
                #expect(try node.sh("ls /sys/fs/bpf/migrate/\(run.runID)") == "legacy_0\nrecord\n")
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
