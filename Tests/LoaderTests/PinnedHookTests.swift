import Kernel
import Model
import Testing

@testable import Loader

/// The layout in which a run is pinned: pure.
@Suite struct PinnedHookTests {
    static func hook(
        _ change: (inout Filter) -> Void = { _ in }, kind: HookKind = .clsact, path: String? = "/run/netns/x"
    ) -> PinnedHook {
        var filter = Filter(
            netns: 4242, ifindex: 7, parent: Filter.clsactIngress, priority: 49152, protocol: 0x0800, handle: 0x7,
            chain: 3,
            kind: "bpf",
            bpf: .init(
                programID: 168, tag: "646f9955aabbccdd", name: "ztunnel_host_in:[168]", classID: 0x10002, flags: 1,
                offloadFlags: 9))
        change(&filter)
        let direction: HookDirection = filter.parent == Filter.clsactEgress ? .egress : .ingress
        return PinnedHook(
            before: Hook(
                netns: NamespaceIdentity(cookie: filter.netns, inode: 0, path: path), interface: "hz",
                ifindex: filter.ifindex, kind: kind, direction: direction, chain: filter.chain,
                priority: filter.priority,
                handle: filter.handle, etherType: filter.protocol,
                program: ProgramReference(
                    id: filter.bpf?.programID ?? 0, name: "ztunnel_host_in", tag: "646f9955aabbccdd"),
                filter: filter),
            replacementID: 191)
    }

    private func isKept(_ hook: PinnedHook) -> Bool { PinnedHook(decoding: hook.encoded()) == hook }

    @Test func `it is read as it was written`() {
        #expect(isKept(Self.hook()))
        #expect(isKept(Self.hook { $0.parent = Filter.clsactEgress }))
        #expect(isKept(Self.hook({ $0.parent = Filter.ingressQdisc }, kind: .ingress)))
        #expect(isKept(Self.hook(path: nil)))
        #expect(Self.hook().encoded().count == PinnedHook.size)
    }

    @Test func `absent is not the same as zero or empty`() {
        #expect(isKept(Self.hook { $0.bpf?.name = nil }))
        #expect(isKept(Self.hook { $0.bpf?.name = "" }))
        #expect(isKept(Self.hook { $0.bpf?.classID = nil }))
        #expect(isKept(Self.hook { $0.bpf?.classID = 0 }))
        #expect(isKept(Self.hook { $0.bpf?.flags = nil }))
        #expect(isKept(Self.hook { $0.bpf?.flags = 0 }))
        #expect(isKept(Self.hook { $0.bpf?.offloadFlags = nil }))
        #expect(isKept(Self.hook { $0.bpf?.offloadFlags = 0 }))
    }

    @Test func `extreme numbers are kept`() {
        #expect(
            isKept(
                Self.hook {
                    $0.netns = .max
                    $0.ifindex = UInt32(Int32.max)
                    $0.priority = .max
                    $0.handle = .max
                    $0.chain = 0x0fff_ffff
                    $0.protocol = 0xffff
                    $0.bpf?.classID = .max
                }))
    }

    @Test func `the longest names that the kernel takes are kept`() {
        // CLS_BPF_NAME_LEN is 256 with its zero (net/sched/cls_bpf.c), IFNAMSIZ 16.
        #expect(isKept(Self.hook { $0.bpf?.name = String(repeating: "n", count: 255) }))
        var long = Self.hook(path: "/" + String(repeating: "p", count: 510))
        long.before.interface = "fifteen-letters"
        #expect(isKept(long))
        // A path is only shown; too long a one is cut and does not run into anything.
        let cut = PinnedHook(decoding: Self.hook(path: "/" + String(repeating: "p", count: 4000)).encoded())
        #expect(cut?.before.netns.path?.utf8.count == 511 && cut?.before.filter == Self.hook().before.filter)
    }

    @Test(arguments: [(1, 1024), (2, 1536)] as [(UInt8, Int)])
    func `a record of an earlier layout is read, and replaces directly`(version: UInt8, size: Int) {
        var bytes = Array(Self.hook().encoded().prefix(size))
        bytes[0] = version
        #expect(PinnedHook(decoding: bytes) == Self.hook())
        // No version has another's size.
        #expect(PinnedHook(decoding: bytes + [UInt8](repeating: 0, count: PinnedHook.size - size)) == nil)
        #expect(PinnedHook(decoding: Array(Self.hook().encoded().prefix(size))) == nil)
    }

    @Test func `a switch's pair and its plain replacement are kept`() {
        for (pair, plain) in [(0, 0), (0, 192), (.max - 1, .max), (nil, 0)] as [(UInt32?, UInt32)] {
            var hook = Self.hook()
            (hook.pair, hook.plainID) = (pair, plain)
            #expect(isKept(hook))
            #expect(Set(hook.ours) == Set([191, plain]).subtracting([0]))
        }
        var alone = Self.hook()
        alone.plainID = 192
        #expect(PinnedHook(decoding: alone.encoded()) == nil)
        #expect(PinnedHook.fault(in: alone.encoded()) == "plain replacement 192 of no pair")
    }

    private static func run(_ cut: CutKind, pairs: [UInt32?] = [nil], finalizing: Bool = false) -> PinnedRun {
        let hooks = pairs.map { pair in
            var hook = Self.hook()
            hook.pair = pair
            return hook
        }
        return PinnedRun(
            runID: "r-0123456789ab", planID: "p-" + String(repeating: "a", count: 64), nodeNetns: .max, cut: cut,
            isFinalizing: finalizing, hooks: hooks)
    }

    @Test func `what entry 0 says is kept`() {
        for run in [
            Self.run(.direct), Self.run(.switch, pairs: [0, 1, 0]),
            Self.run(.switch, pairs: [0], finalizing: true),
        ] {
            #expect(PinnedRun.fault(in: run.header()) == nil)
            #expect(PinnedRun(RecordReader(bytes: run.header()), hooks: run.hooks) == run)
        }
        #expect(Self.run(.switch, pairs: [0, 1, 0]).pairs == 2 && Self.run(.direct).pairs == 0)
    }

    @Test func `entry 0 of an earlier layout is of a direct cut`() {
        var header = Array(Self.run(.switch, pairs: [0], finalizing: true).header().prefix(1536))
        header[0] = 2
        #expect(PinnedRun.fault(in: header) == nil)
        let run = PinnedRun(RecordReader(bytes: header), hooks: [])
        #expect(run.cut == .direct && run.isFinalizing && run.runID == "r-0123456789ab")
    }

    @Test(
        arguments: [
            (0, 4, "layout version 4"), (0, 2, "layout version 2"), (16, 2, "cut 2"), (20, 2, "phase 2"),
        ] as [(Int, UInt8, String)])
    func `an entry 0 that nobody wrote is refused by its name`(at: Int, byte: UInt8, fault: String) {
        var header = Self.run(.switch, pairs: [0], finalizing: true).header()
        header[at] = byte
        #expect(PinnedRun.fault(in: header) == fault)
    }

    @Test func `hooks that do not fit the run are refused`() {
        let fault = { (run: PinnedRun) in PinnedRun.fault(in: run.hooks, cut: run.cut) }
        #expect(fault(Self.run(.direct, pairs: [nil, nil])) == nil)
        #expect(fault(Self.run(.switch, pairs: [1, nil])) == nil)
        #expect(fault(Self.run(.direct, pairs: [nil, 0])) == "hook 1: pair 0 in a direct cut")
        #expect(fault(Self.run(.switch, pairs: [0, 2])) == "hook 1: pair 2 of 2 hooks")
    }

    private static func tcx(linkID: UInt32?, _ entries: [TCXList.Entry]) -> PinnedHook {
        var hook = Self.hook().before
        hook.kind = .tcx
        hook.filter = nil
        (hook.chain, hook.priority, hook.handle, hook.etherType) = (0, 0, 0, 3)
        hook.attachment = Attachment(linkID: linkID, position: 1, revision: .max)
        let list = entries.isEmpty ? nil : TCXList(entries: entries, revision: 9)
        return PinnedHook(before: hook, replacementID: 191, list: list)
    }

    @Test func `a place at tcx is kept, with its link and all that stands beside it`() {
        let entries = (1...TCXList.limit).map {
            TCXList.Entry(programID: UInt32($0), linkID: $0 % 2 == 0 ? UInt32.max - UInt32($0) : nil)
        }
        #expect(isKept(Self.tcx(linkID: 17, entries)))
        #expect(isKept(Self.tcx(linkID: nil, Array(entries.prefix(1)))))
        #expect(isKept(Self.tcx(linkID: .max, [])))
        var egress = Self.tcx(linkID: 17, entries)
        egress.before.direction = .egress
        #expect(isKept(egress))
    }

    @Test func `a list longer than the kernel's is not believed`() {
        var bytes = Self.tcx(linkID: 17, [.init(programID: 1, linkID: nil)]).encoded()
        bytes[244] = UInt8(TCXList.limit + 1)
        #expect(PinnedHook(decoding: bytes)?.list == nil)
        // Nor a kind that this version does not know.
        bytes[4] = 3
        #expect(PinnedHook(decoding: bytes) == nil)
    }

    @Test func `a later layout is read as this one where it says that it only adds`() {
        let hook = Self.hook()
        let later = { (version: UInt8, readAs: UInt8, more: Int) -> [UInt8] in
            var bytes = hook.encoded() + [UInt8](repeating: 0xaa, count: more)
            bytes[0] = version
            bytes[PinnedHook.readAsOffset] = readAs
            return bytes
        }
        for readAs in 1...3 as ClosedRange<UInt8> {
            #expect(PinnedHook(decoding: later(4, readAs, 64)) == hook)
            #expect(PinnedHook(decoding: later(200, readAs, 0)) == hook)
        }
        #expect(PinnedHook.fault(in: later(4, 0, 64)) == "layout version 4")
        #expect(PinnedHook.fault(in: later(5, 4, 64)) == "layout version 5")
        #expect(PinnedHook.fault(in: later(3, 3, 64)) == "1632 bytes, 1568 needed")
        #expect(PinnedHook.fault(in: Array(later(4, 3, 0).dropLast())) == "layout version 4")
    }

    @Test func `another layout version or size is refused`() {
        var bytes = Self.hook().encoded()
        bytes[0] = 4
        #expect(PinnedHook(decoding: bytes) == nil)
        #expect(PinnedHook(decoding: Array(Self.hook().encoded().dropLast())) == nil)
        #expect(PinnedHook(decoding: []) == nil)
    }
}

@Suite struct FilterComparisonTests {
    private func lines(_ change: (inout Filter) -> Void) throws -> [String] {
        let before = try #require(PinnedHookTests.hook().before.filter)
        var now = before
        change(&now)
        return FilterComparison.differences("hz", before: before, now: now)
    }

    @Test func `the same is no difference`() throws { #expect(try lines { _ in } == []) }

    @Test func `each attribute is a line of its own`() throws {
        #expect(try lines { $0.parent = Filter.ingressQdisc } == ["hz: parent 0xfffffff2 before, 0xffff0000 now"])
        #expect(try lines { $0.chain = 0 } == ["hz: chain 3 before, 0 now"])
        #expect(try lines { $0.priority = 1 } == ["hz: priority 49152 before, 1 now"])
        #expect(try lines { $0.protocol = 3 } == ["hz: protocol ip before, all now"])
        #expect(try lines { $0.handle = 1 } == ["hz: handle 0x7 before, 0x1 now"])
        #expect(try lines { $0.kind = "flower" } == ["hz: kind bpf before, flower now"])
        #expect(try lines { $0.bpf?.programID = 9 } == ["hz: program 168 before, 9 now"])
        #expect(try lines { $0.bpf?.tag = nil } == ["hz: tag 646f9955aabbccdd before, absent now"])
        #expect(try lines { $0.bpf?.name = nil } == ["hz: name \"ztunnel_host_in:[168]\" before, absent now"])
        #expect(try lines { $0.bpf?.name = "" } == ["hz: name \"ztunnel_host_in:[168]\" before, \"\" now"])
        #expect(try lines { $0.bpf?.classID = nil } == ["hz: classid 0x10002 before, absent now"])
        #expect(try lines { $0.bpf?.flags = 0 } == ["hz: flags 0x1 before, 0x0 now"])
        #expect(try lines { $0.bpf?.offloadFlags = 8 } == ["hz: offload flags 0x9 before, 0x8 now"])
        #expect(try lines { $0.bpf?.hasActions = true } == ["hz: actions none before, present now"])
    }

    @Test func `several differences are several lines`() throws {
        #expect(
            try lines {
                $0.handle = 1
                $0.bpf = nil
            }.count == 8)
    }
}
