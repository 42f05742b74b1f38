import ModelSamples
import Testing

@testable import Model

/// The way a plan is written fast is the way it is written.
@Suite struct CanonicalPlanTests {
    /// Every optional value there and missing, and strings that need escapes.
    private func findings() throws -> [Finding] {
        var findings = try Sample.findings(matching: 5, broken: true)
        for (number, verdict) in Verdict.allCases.enumerated() {
            var finding = Sample.finding
            finding.verdict = verdict
            finding.effect = Effect.allCases[number % Effect.allCases.count]
            finding.note = ["", "a / b", "\"quoted\" \\ and \u{1} \u{1b}[0m \n\t\r", "ünïcödé \u{2028} 🐝"][number % 4]
            finding.legacy.interface = number % 2 == 0 ? nil : "veth\"\(number)"
            if number % 3 == 0 { finding.kernel = .init(lookup: "not-forwarded") }
            if number % 3 == 1 { finding.kernel.gateway = try Sample.address("fd00::\(number)") }
            if number % 5 == 1 { finding.kernel.mac = nil }
            findings.append(finding)
        }
        return findings
    }

    @Test func `entries written by hand are as the encoder writes them`() throws {
        for findings in [[], [Sample.finding], try findings()] {
            var plan = try Sample.plan(findings: findings)
            plan.entries = findings
            plan.membership.lost = findings.map { .init(address: $0.address, interface: "a\"b", why: $0.note) }
            if findings.count == 1 { plan.membership.widened = [] }
            if findings.count != 1 { compare(&plan) }
            let canonical = try JSON.canonical(plan)
            #expect(try canonical == JSON.encoded(plan))
            let decoded = try JSON.decode(PlanDocument.self, from: canonical)
            #expect(decoded.entries == findings && decoded.membership == plan.membership)
            #expect(try plan.sealed().isIntact())
        }
    }

    /// What stands between the long lists, with lists of its own.
    private func compare(_ plan: inout PlanDocument) {
        plan.membership.enrolled = EnrolledSet([.init(netns: 4, ifindex: 12, interface: "pod1")])
        plan.membership.modes = Membership.allCases.map {
            MembershipMode(
                mode: $0, widenedTotal: 0, widenedFirst: [], lostTotal: 1, lostFirst: [.v4(1)], effects: ["same": 1],
                filtering: "")
        }
        plan.egress = .init(chosen: .peer, why: "asked for")
        plan.asked.staticSet = true
        plan.asked.cut = .direct
    }

    @Test func `line breaks are the encoder's`() throws {
        var plan = try Sample.plan(findings: findings())
        plan.entries = try findings()
        #expect(try JSON.decode(PlanDocument.self, from: Array(JSON.pretty(plan).utf8)).entries == plan.entries)
        // What is no plan goes the encoder's own way; both must look alike.
        let snapshot = try Sample.snapshot()
        #expect(try JSON.pretty(snapshot) == String(decoding: JSON.indented(JSON.canonical(snapshot)), as: UTF8.self))
    }

    @Test func `addresses and MACs as they were`() {
        #expect(MACAddress(value: 0x0123_4567_89ab).description == "01:23:45:67:89:ab")
        #expect(MACAddress(value: 0).description == "00:00:00:00:00:00")
        #expect(MACAddress(value: .max).description == "ff:ff:ff:ff:ff:ff")
        #expect(IPAddress.v4(0).description == "0.0.0.0" && IPAddress.v4(.max).description == "255.255.255.255")
        #expect(IPAddress.v4(0x0a09_0004).description == "10.9.0.4")
    }
}
