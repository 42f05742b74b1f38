import Model
import ModelSamples
import Testing

@testable import Audit

@Suite struct EquivalenceTextTests {
    @Test func `a difference is shown as one decoded line and as hexadecimal`() throws {
        var plan = try Sample.plan()
        plan.equivalence = try Sample.equivalence()
        let text = PlanText.render(plan)
        let difference = try Sample.difference()
        for line in [
            "  equivalence  5000 packets, 17 differences",
            "               by design: destination-mac 1200, group-bit 40", "               by the entries: healed 12",
            "Differences between legacy program and replacement (17):",
            "  hz clsact/ingress: udp to entry 10.9.4.11: verdict redirect → ok, destination-mac, control block 0:0:0:0:c001f00d → 0:0:0:0:0",
            "    10.9.4.2 > 10.9.4.11 udp 1000>2000 ttl 64 len 42 eth 02:00:00:00:00:02 > 02:00:00:00:00:01",
            "    got    \(difference.frame)", "    today  02aa00000001\(difference.frame.dropFirst(12))",
            "    then   \(difference.frame)",
        ] {
            #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)\n\(text)")
        }
    }

    @Test func `a long list and a long frame are cut, and say so`() throws {
        var plan = try Sample.plan()
        plan.equivalence = try Sample.equivalence()
        plan.equivalence.entries = 1
        var long = try Sample.difference()
        long.frame = String(repeating: "ab", count: 2_000)
        plan.equivalence.differences = Array(repeating: long, count: 10)
        let text = PlanText.render(plan)
        #expect(text.contains("made for 1 of \(plan.entriesTotal) entries, those that packets reach first"))
        #expect(text.contains("  … and 11 more: -o json, key equivalence"))
        #expect(text.contains("abab… (2000 bytes)"))
    }

    @Test func `what was not run says why`() throws {
        var plan = try Sample.plan()
        plan.equivalence.refused = ["program 7 (x) calls bpf_clone_redirect"]
        #expect(PlanText.render(plan).contains("equivalence  not run: program 7 (x) calls bpf_clone_redirect"))
        plan.equivalence.cases = 9
        #expect(
            PlanText.render(plan).contains("equivalence  9 packets, no difference; not at every hook: program 7 (x)"))
    }
}
