import Model
import ModelSamples
import Testing

/// By hand at many hooks: one command that can be pasted. That it works is shown in ScenarioTests.
@Suite struct BreakGlassLoopTests {
    private func commands(_ count: UInt32, kind: HookKind = .clsact, tail: String = "") -> String {
        let places = (0..<count).map { number in
            BreakGlass.Place(
                netnsPath: nil, interface: "pod\(number)\(tail)", kind: kind, direction: .ingress, chain: 0,
                priority: 1,
                handle: 1, protocolName: "all", classID: nil, linkID: kind == .tcx ? 40 + number : nil,
                programID: 100 + number)
        }
        return BreakGlass.commands(places, pins: "/sys/fs/bpf/migrate", run: "r-1").joined(separator: "\n")
    }

    @Test func `a few are written out`() {
        let text = commands(8)
        #expect(text.components(separatedBy: "tc filter replace").count == 9 && !text.contains("for h in"))
        #expect(text.contains("dev pod7 ingress prio 1") && text.contains("r-1/legacy_7\n"))
    }

    @Test func `many are a loop over number, interface and link`() {
        let text = commands(100)
        #expect(text.components(separatedBy: "tc filter replace").count == 2)
        #expect(text.contains("for h in 0:pod0:0:100 1:pod1:0:101 ") && text.contains(" 99:pod99:0:199; do "))
        #expect(text.contains("dev \"$d\" ingress") && text.contains("r-1/legacy_$n || f=1; done; exit $f)\n"))
        #expect(text.utf8.count < 5000)
        let links = commands(9, kind: .tcx)
        #expect(links.contains(" 8:pod8:48:108; do ") && links.contains("b(30,\"3I\",'$l',0,0)"))
        // Linux forbids only `/`, `:` and white space in a name.
        #expect(commands(9, tail: "$(x)").contains("'0:pod0$(x):0:100'"))
    }

    @Test func `hooks that are not alike stay apart`() {
        let places = (0..<20).map { number in
            BreakGlass.Place(
                netnsPath: number < 10 ? nil : "/run/netns/t2", interface: "pod\(number)", kind: .clsact,
                direction: .ingress, chain: 0, priority: number == 3 ? 2 : 1, handle: 1, protocolName: "all",
                classID: nil, programID: 7)
        }
        let text = BreakGlass.commands(places, pins: "/sys/fs/bpf/migrate", run: "r-1").joined(separator: "\n")
        #expect(text.components(separatedBy: "tc filter replace").count == 4)
        #expect(text.contains("dev pod3 ingress prio 2") && !text.contains("legacy_3"), "one program, one pin")
        #expect(text.contains("nsenter --net=/run/netns/t2 tc filter replace dev \"$d\""))
    }
}
