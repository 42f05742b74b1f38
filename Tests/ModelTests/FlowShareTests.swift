import Model
import Testing

@Suite struct FlowShareTests {
    private static let typed: [(text: String, parts: UInt32?)] = [
        ("5%", 3277), ("0.5%", 328), ("100%", 65_536), ("100.00%", 65_536), ("50%", 32_768), ("1%", 655),
        ("99.99%", 65_529), ("0.01%", 7), ("0%", nil), ("0.00%", nil), ("5", nil), ("", nil), ("%", nil),
        ("1.234%", nil),
        ("101%", nil), ("-1%", nil), ("5 %", nil), (".5%", nil), ("5.%", nil), ("9999999%", nil), ("100.01%", nil),
        ("1e1%", nil),
    ]

    @Test(arguments: typed.indices)
    func `a share is read as it is typed, or refused`(index: Int) {
        let (text, parts) = Self.typed[index]
        #expect((try? FlowShare(text))?.parts == parts, "\(text)")
    }

    @Test func `what is refused says how it is written`() {
        #expect(throws: FlowShare.Fault.nothing) { try FlowShare("0%") }
        #expect(throws: FlowShare.Fault.tooMuch) { try FlowShare("100.1%") }
        #expect(throws: FlowShare.Fault.form) { try FlowShare("5") }
    }

    @Test(arguments: ["5%", "0.5%", "100%", "50%", "1%", "0.25%", "33.33%", "0.01%", "99.99%"])
    func `its text is what was typed`(
        text: String
    ) throws {
        #expect(try FlowShare(text).text == text)
    }
}

@Suite struct TrafficSidesTests {
    @Test func `rates, reasons and the verdict follow from the counters`() {
        var counted: [String: UInt64] = [
            "legacy_share": 10_000, "legacy_miss": 50, "redirected": 9_900, "fib_miss": 60, "gateway": 40, "failed": 0,
            "not_eligible": 77, "to_legacy": 12_000,
        ]
        var sides = TrafficSides(counters: counted)
        #expect(sides.legacy == .init(packets: 10_000, missed: 50, failed: 0))
        #expect(sides.replacement == .init(packets: 10_000, missed: 100, failed: 0))
        #expect(sides.replacement.missedPerMillion == 10_000 && sides.verdict == .alike)
        counted["failed"] = 100
        #expect(TrafficSides(counters: counted).verdict == .worse)
        counted["failed"] = 99
        #expect(TrafficSides(counters: counted).verdict == .alike)
        counted["legacy_failed"] = 5_000
        sides = TrafficSides(counters: counted)
        #expect(sides.verdict == .better && sides.legacy.failedPerMillion == 500_000)
        let around = TrafficSides.Surroundings(neighborsFailed: 1, deviceErrors: 0)
        #expect(TrafficSides(counters: counted).adding(around).verdict == .worse)
        // Of a run that counted none there is nothing to tell.
        #expect(sides.strays == nil)
        counted.merge(["misdirected": 3, "outsider": 1, "widened": 7]) { $1 }
        #expect(TrafficSides(counters: counted).strays == .init(misdirected: 3, widened: 7, outsiders: 1))
        #expect(TrafficSides(counters: ["redirected": 99]).verdict == .tooFew)
        #expect(TrafficSides(counters: [:]).replacement.failedPerMillion == 0)
        #expect(TrafficSides.Side(packets: .max, missed: .max, failed: 1).missedPerMillion == 1_000_000)
    }
}

@Suite struct HealthJudgementTests {
    private let pod = HealthReading.Destination(netns: 7, ifindex: 3, address: .v4(0x0a01_0001))
    private func device(_ errors: UInt64) -> HealthReading.Device {
        .init(netns: 7, ifindex: 3, interface: "veth1", errors: errors)
    }

    private func unhealthy(_ trial: RunTrial, _ now: HealthReading) -> [HealthCheck] {
        trial.judge(now, .window) { "\($0)" }.filter { !$0.isHealthy }
    }

    @Test func `only what changed since the flip counts`() {
        var trial = RunTrial(share: .whole, breaker: .breaker, check: nil, everySeconds: 5, destinations: [pod])
        trial.before = HealthReading(failed: [], devices: [device(1_000)])
        #expect(unhealthy(trial, HealthReading(failed: [], devices: [device(1_019)])).isEmpty)
        let grown = unhealthy(trial, HealthReading(failed: [], devices: [device(1_020)]))
        #expect(
            grown.map(\.subject) == [.devices] && grown[0].vantage.contains("veth1") && grown[0].finding.contains("20"))
        // It was made again, and counts from the beginning.
        #expect(unhealthy(trial, HealthReading(failed: [], devices: [device(5)])).isEmpty)
        let failed = unhealthy(trial, HealthReading(failed: [pod], devices: []))
        #expect(failed.map(\.subject) == [.neighbors] && failed[0].finding.contains("10.1.0.1"))
        trial.before?.failed = [pod]
        #expect(unhealthy(trial, HealthReading(failed: [pod], devices: [])).isEmpty)
    }

    @Test func `a namespace that cannot be read is neither unhealthy nor called well`() {
        let other = HealthReading.Destination(netns: 8, ifindex: 3, address: .v4(0x0a01_0002))
        let trial = RunTrial(share: .whole, breaker: nil, check: nil, everySeconds: 5, destinations: [pod, other])
        let blind = HealthReading(failed: [pod], devices: [], gaps: [.init(netns: 8, why: "it was not found")])
        let checks = trial.judge(blind, .beforeConfirm) { "n\($0)" }
        #expect(checks.map(\.isHealthy) == [false, true, true, true])
        for check in checks.suffix(2) {
            #expect(check.finding.hasPrefix("not known") && check.finding.hasSuffix("it was not found"), "\(check)")
        }
    }

    @Test func `every namespace is judged, from its own place`() {
        let other = HealthReading.Destination(netns: 8, ifindex: 3, address: .v4(0x0a01_0002))
        let trial = RunTrial(share: .whole, breaker: nil, check: nil, everySeconds: 5, destinations: [pod, other])
        let checks = trial.judge(HealthReading(failed: [other], devices: []), .beforeConfirm) { "n\($0)" }
        #expect(
            checks.map(\.vantage) == [
                "network namespace n7", "network namespace n7", "network namespace n8", "network namespace n8",
            ])
        #expect(checks.map(\.isHealthy) == [true, true, false, true])
    }
}
