import Kernel
import Model
import TestSupport
import Testing

@testable import Loader

/// Damaged records: a rollback writes into the slot what stands there.
@Suite struct RecordFuzzTests {
    @Test func `ten thousand damaged entries: refused, or the bytes that were not touched say the same`() {
        var original = PinnedHookTests.hook()
        (original.pair, original.plainID) = (5, 192)
        let encoded = original.encoded()
        var numbers = Numbers(state: 3)
        var read = 0, refused = 0
        for round in 0..<10_000 {
            var bytes = encoded
            let at = Int.random(in: 0..<bytes.count, using: &numbers)
            switch round % 4 {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            case 1: bytes = Array(bytes.prefix(at))
            // Half-written: the rest is what a fresh map has.
            case 2: for index in at..<bytes.count { bytes[index] = 0 }
            default: bytes = bytes.map { _ in UInt8.random(in: 0...255, using: &numbers) }
            }
            guard let hook = PinnedHook(decoding: bytes) else {
                refused += 1
                #expect(PinnedHook.fault(in: bytes)?.isEmpty == false)
                continue
            }
            read += 1
            #expect(round % 4 == 0 || round % 4 == 2)
            // Nothing that was not touched is read otherwise.
            let again = hook.encoded()
            let field = Self.field(at)
            for index in again.indices where again[index] != bytes[index] {
                #expect(round % 4 == 0 && field.contains(index), "byte \(at): byte \(index) differs")
            }
        }
        #expect(read > 100 && refused > 5000)
    }

    /// The field that a byte is in; numbers before 64, texts behind, gaps are nobody's.
    private static func field(_ at: Int) -> Range<Int> {
        switch at {
        // The kind of hook decides what the rest means.
        case 4..<8: 0..<PinnedHook.size
        case 8..<16: 8..<16
        // Which attributes there are decides whether their values are read.
        case 48..<52: 48..<512
        case ..<64: (at & ~3)..<(at & ~3) + 4
        case ..<128: 64..<128
        case ..<256: (at & ~31)..<(at & ~31) + 32
        case ..<512: 256..<512
        case ..<1024: 512..<1024
        case ..<PinnedHook.switchOffset: 1024..<PinnedHook.switchOffset
        case ..<(PinnedHook.switchOffset + 8): (at & ~3)..<(at & ~3) + 4
        default: (PinnedHook.switchOffset + 8)..<PinnedHook.size
        }
    }

    @Test(
        arguments: [
            (4, [7], "hook kind 7"), (8, [0, 0, 0, 0, 0, 0, 0, 0], "no namespace"), (16, [0, 0, 0, 0], "no interface"),
            (34, [1], "priority 114688"), (38, [1], "protocol 67584"), (40, [0, 0, 0, 0], "no legacy program"),
            (48, [31], "attributes 0x1f"), (127, [65], "interface is no text"), (300, [65], "filter name is no text"),
        ] as [(Int, [UInt8], String)])
    func `what the layout never has is refused by its name`(at: Int, bytes: [UInt8], fault: String) {
        var record = PinnedHookTests.hook().encoded()
        record.replaceSubrange(at..<at + bytes.count, with: bytes)
        #expect(PinnedHook(decoding: record) == nil)
        #expect(PinnedHook.fault(in: record) == fault)
    }
}

extension RecordFuzzTests {
    @Test func `ten thousand damaged entries 0: refused, or the bytes that were not touched say the same`() {
        let run = PinnedRun(
            runID: "r-0123456789ab", planID: "p-" + String(repeating: "a", count: 64), nodeNetns: 99, cut: .switch,
            isFinalizing: true, hooks: [])
        let encoded = run.header()
        var numbers = Numbers(state: 5)
        var read = 0, refused = 0
        for round in 0..<10_000 {
            var bytes = encoded
            // Half of them where the numbers are.
            let at = Int.random(in: 0..<(round % 2 == 0 ? 64 : bytes.count), using: &numbers)
            switch round % 3 {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            case 1: bytes = Array(bytes.prefix(at))
            default: bytes = bytes.map { _ in UInt8.random(in: 0...255, using: &numbers) }
            }
            guard PinnedRun.fault(in: bytes) == nil else {
                refused += 1
                continue
            }
            read += 1
            #expect(round % 3 == 0)
            let again = PinnedRun(RecordReader(bytes: bytes), hooks: [])
            let changed = [again.cut != run.cut, again.isFinalizing != run.isFinalizing, again.nodeNetns != 99]
            #expect(changed[0] == (16..<20).contains(at) && changed[1] == (20..<24).contains(at))
            #expect(changed[2] == (8..<16).contains(at))
            #expect((64..<256).contains(at) || again.runID == run.runID && again.planID == run.planID)
        }
        #expect(read > 1000 && refused > 5000)
    }
}

extension LoaderSuite {
    /// Pins that are half-written, foreign or missing: the error names the pin, and nothing is changed.
    @Suite struct DamagedPins {
        /// Makes `record` of a run from a shell script with DIR and PIN, reads it and rolls back.
        private func refusal(_ script: String, record hooks: Int = 1, run: String = "r-x") throws -> KernelError? {
            var refusal: KernelError?
            try withNode(pods: 1) { node in
                let pins = try node.pins(of: "r-x")
                let filters = try node.filters("hz")
                try node.lab.enter {
                    try pins.create()
                    let hook = PinnedHookTests.hook()
                    let writer = RunPins(bpffs: try BPFFileSystem(path: TestNode.bpffs), runID: "r-x")
                    try writer.write(
                        PinnedRun(
                            runID: run, planID: "p-0", nodeNetns: 1, hooks: Array(repeating: hook, count: hooks)))
                }
                try node.sh(script.replacing("DIR", with: pins.directory).replacing("PIN", with: pins.recordPath))
                try node.lab.enter { refusal = #expect(throws: KernelError.self) { try pins.read() } }
                let error = #expect(throws: MigrateError.self) { try node.rollback("r-x") }
                #expect(error?.text.contains(pins.recordPath) == true, "\(error?.text ?? "")")
                #expect(try node.filters("hz") == filters && node.pinnedRuns() == ["r-x"])
                try node.lab.enter { try pins.remove() }
            }
            return refusal
        }

        private static let zeros = String(repeating: " 0", count: PinnedHook.size - 4)

        @Test func `a record that nothing was written into`() throws {
            let script = "rm PIN; bpftool map create PIN type array key 4 value 1024 entries 2 name migrate_record"
            #expect(try refusal(script)?.description.contains("layout version 0") == true)
        }

        @Test func `a hook that was not written yet`() throws {
            let script = "bpftool map update pinned PIN key 1 0 0 0 value 0 0 0 0\(Self.zeros)"
            #expect(try refusal(script)?.description.contains("hook 0: layout version 0") == true)
        }

        @Test func `a map of another size`() throws {
            let script = "rm PIN; bpftool map create PIN type array key 4 value 512 entries 2 name migrate_record"
            #expect(try refusal(script)?.description.contains("values of 512 bytes") == true)
        }

        @Test func `more hooks than the map has room for`() throws {
            let script = "bpftool map update pinned PIN key 0 0 0 0 value 3 0 0 0 200 0 0 0"
            let rest = String(repeating: " 0", count: PinnedHook.size - 8)
            #expect(try refusal(script + rest)?.description.contains("200 hooks") == true)
        }

        @Test func `a program in the record's place`() throws {
            let script =
                "rm PIN; id=$(bpftool prog show | sed -n \"s/^\\([0-9]*\\): .*ztunnel_host.*/\\1/p\" | head -1); bpftool prog pin id $id PIN"
            #expect(try refusal(script)?.description.contains("no map") == true)
        }

        @Test func `no record at all: a run that was cut off before it changed a hook`() throws {
            try withNode(pods: 1) { node in
                let pins = try node.pins(of: "r-x")
                let filters = try node.filters("hz")
                try node.lab.enter {
                    try pins.create()
                    let error = #expect(throws: KernelError.self) { try pins.read() }
                    #expect(error?.errno == .noSuchFileOrDirectory)
                }
                let restored = try node.rollback("r-x")
                #expect(restored.state == .rolledBack && !restored.changed)
                #expect(try node.filters("hz") == filters && node.pinnedRuns() == [])
            }
        }

        @Test func `the record of another run`() throws {
            #expect(try refusal("true", run: "r-y")?.description.contains("it is of run r-y") == true)
        }

        @Test func `a legacy pin is gone, and its program with it: a residue, and said so`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                let pins = try node.pins(of: run.runID)
                try node.sh("rm \(pins.legacyPath(0)); sleep 0.3")
                let restored = try node.rollback(run.runID)
                #expect(restored.state == .residual && !restored.changed && restored.lost.count == 1)
                #expect(restored.proof.differences.contains { $0.contains("legacy_0") || $0.contains("program") })
                #expect(try node.programID() == run.replacement.id)
                try node.sh("tc filter del dev hz ingress; sleep 0.3")
                try node.lab.enter { try pins.remove() }
            }
        }
    }
}
