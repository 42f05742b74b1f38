import Model
import ModelSamples
import Testing

@testable import Audit

@Suite struct ShadowTextTests {
    private func lines(_ shadow: ShadowDocument) -> [String] {
        ShadowText.render(shadow).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `what differs is named with both answers, the verdict comes last`() throws {
        var shadow = try Sample.shadow()
        shadow.next = NextStep(what: "See why", command: "migrate explain 10.9.4.11")
        let text = lines(shadow)
        for line in [
            "Packets:", "  120037  seen, 200 a second; 120000 of them eligible",
            "  118000  agreed: the same device and MAC",
            "     400  agreed on the device; the kernel would resolve the MAC first", "      90  MAC differs",
            "      10  map would miss: the replacement redirects, the map does not",
            "    1500  left to the stack by both", "      37  not eligible: neither looks at them",
            "Destinations that differ (2 of 3):",
            "! 10.9.4.11  mac-differs 90: map pod1 02:00:00:00:00:01, FIB pod1 06:00:00:00:00:01",
            "! 10.9.4.12  map-misses 10: map no entry, FIB plain (planned: widened)",
            "  … and 2 more",
        ] { #expect(text.contains(line), "\(line)\n\(text.joined(separator: "\n"))") }
        #expect(text.contains { $0.hasPrefix("  mac-differs  10.9.4.2 > 10.9.4.11 udp 1>2 ") })
        #expect(
            text.suffix(3) == [
                "They differ: 100 of 120000 eligible packets (0.0833 %), to 2 destinations.  [MIG1404]",
                "  See why:  migrate explain 10.9.4.11", "",
            ])
    }

    @Test func `agreement, silence and a disturbance each have their own words`() throws {
        let fine = try Sample.shadow(differing: false)
        #expect(fine.verdict == .agree)
        #expect(
            ShadowText.verdict(fine)
                == "All agreed: 118400 redirected packets to 1 destination; of 400 the kernel would resolve the MAC first."
        )
        let silent = try Sample.shadow(differing: false, packets: false)
        #expect(silent.verdict == .nothingSeen)
        #expect(ShadowText.verdict(silent).contains("this shows nothing (37 other packets came)"))
        let disturbed = try Sample.shadow(differing: false, disturbed: ["hz clsact/ingress is gone"])
        #expect(disturbed.verdict == .disturbed && lines(disturbed).contains("! hz clsact/ingress is gone"))
        #expect(try Sample.shadow(disturbed: ["x"]).verdict == .differ)
    }

    @Test func `however much differs, it is one screen`() throws {
        var shadow = try Sample.shadow(disturbed: (1...9).map { "hook \($0)" })
        shadow.destinations = (0..<100).map { _ in shadow.destinations[0] }
        shadow.differingTotal = 5_000
        shadow.shown = ShadowComparison.differences.flatMap { kind in
            (0..<200).map { _ in
                var packet = shadow.shown[0]
                packet.comparison = kind
                return packet
            }
        }
        shadow.shown = ShadowDocument.kept(shadow.shown)
        #expect(shadow.shown.count == 4 * ShadowDocument.shownLimit)
        shadow.hooks = (0..<300).map { _ in shadow.hooks[0] }
        shadow.warnings = (1...9).map { "warning \($0)" }
        shadow.packets.compared.deviceDiffers = 1
        shadow.packets.compared.fibMisses = 1
        shadow.packets.untabled = 1
        let text = lines(shadow)
        #expect(text.count <= 41 && text.contains("  … and 4995 more"), "\(text.count)")
    }
}
