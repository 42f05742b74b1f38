import Model
import ModelSamples
import Testing

@testable import Audit

/// What `status --watch` shows, on a terminal and without one.
@Suite struct WatchTextTests {
    private func status(_ counted: [String: UInt64] = [:]) -> StatusDocument {
        let sample = Sample.switched(share: CellWord.wholeShare / 20)
        var document = StatusDocument(state: "idle")
        document.show(sample.run, sample.outlook)
        if !counted.isEmpty { document.sides = TrafficSides(counters: counted) }
        return document
    }

    private let counted: [String: UInt64] = [
        "legacy_share": 900, "redirected": 100, "failed": 3, "misdirected": 2, "outsider": 1, "widened": 4,
    ]

    @Test func `a line has state, share, time, both sides and the verdict`() {
        #expect(
            WatchText.line(status(counted), at: Sample.time) == """
                2026-02-03 04:05:06 UTC  provisional, share 5 %, 9 min 58 s left, legacy 900 packets 0 failed, \
                replacement 100 packets 3 failed, worse
                """)
        #expect(
            WatchText.line(status(), at: Sample.time).hasSuffix("provisional, share 5 %, 9 min 58 s left"))
    }

    @Test func `counts and the time that is left are no news; a verdict, a share, drift are`() {
        var later = status(counted.merging(["legacy_share": 901]) { $1 })
        later.confirmInSeconds = 500
        #expect(WatchText.gist(later) == WatchText.gist(status(counted)))
        #expect(WatchText.gist(status(["redirected": 5])) != WatchText.gist(status(counted)))
        later.share = 50
        #expect(WatchText.gist(later) != WatchText.gist(status(counted)))
        var drifted = status(counted)
        drifted.drift = ["hz: another program"]
        #expect(WatchText.gist(drifted) != WatchText.gist(status(counted)))
        #expect(WatchText.line(drifted, at: Sample.time).hasSuffix("worse, 1 line of drift"))
    }

    @Test func `a screen is a few lines, with what went astray`() {
        let lines = WatchText.screen(status(counted), at: Sample.time)
        #expect(lines.count < 12 && lines[1] == "State: provisional, share 5 %, 9 min 58 s left")
        #expect(
            lines.contains(
                "  redirected to a wrong device: 2; to devices that should not be members: 1; "
                    + "to destinations that the map does not hold (widened): 4"), "\(lines)")
        #expect(lines.last == "  migrate canary 100% r-77aa88bb99cc")
    }
}
