import Model
import ModelSamples
import Testing

@Suite struct ProfileYAMLTests {
    @Test func `what is written is read as the same`() throws {
        for source in BuiltInProfiles.sources {
            let profile = try ProfileReader.profile(fromYAML: source.yaml, file: source.name)
            let text = try ProfileYAML.text(profile, head: ["a head"], notes: ["contract.end": ["a note"]])
            #expect(try ProfileReader.profile(fromYAML: text, file: "written") == profile, "\(text)")
            #expect(text.hasPrefix("# a head\nname: \(profile.name)\n") && text.contains("  # a note\n"))
        }
    }

    @Test func `every field a draft can have is written`() throws {
        let draft = ProfileDraft(
            name: "null", summary: "a \"quoted\" one: # no comment\n- nor a list",
            maps: [
                .init(
                    pin: "fabric/*/endpoints", keySize: 8, addressOffset: 4, family: .ipv4, byteOrder: .host,
                    valueSize: 24, ifindexOffset: 4, ifindexWidth: 2, destinationMACOffset: 16, sourceMACOffset: 8),
                .init(
                    name: "*odd name", keySize: 16, addressOffset: 0, family: .ipv6, byteOrder: .network, valueSize: 12,
                    ifindexOffset: 0, ifindexWidth: 4, destinationMACOffset: 4),
            ], kind: .tcx, direction: .ingress, writers: ["agent: x", "true", "1234", "a\u{1b}[31m"])
        var profile = draft.profile
        profile.contract.mark = 0xdead_beef
        profile.contract.controlBlock = try Sample.profile().contract.controlBlock
        let text = try ProfileYAML.text(profile, head: ["first\nname: broken"])
        #expect(try ProfileReader.profile(fromYAML: text, file: "written") == profile, "\(text)")
        #expect(text.contains("mark: 0xdeadbeef") && text.contains("value: 0xc001f00d"))
    }
}

@Suite struct PinPatternTests {
    @Test(arguments: [
        ("a/b", "a/b", true), ("a/b", "a/c", false), ("a/*", "a/b", true), ("a/*", "a/b/c", false), ("*", "a", true),
        ("a/*/c", "a/b/c", true), ("a/*/c", "a//c", true), ("a/x*y*z", "a/xyyz", true), ("a/x*y*z", "a/xz", false),
        ("a/?b", "a/xb", true), ("a/?b", "a/b", false), ("*b*", "abc", true), ("**", "abc", true), ("", "a", false),
    ])
    func `a star stands for part of a name`(_ pattern: String, pin: String, fits: Bool) {
        #expect(PinPattern(pattern).matches(pin) == fits)
    }

    @Test func `many stars cost no more than a few`() {
        let pattern = PinPattern(String(repeating: "a*", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 2_000)))
    }

    @Test func `the pattern of several pins differs in one part`() {
        #expect(PinPattern.common(["fabric/pod1/e", "fabric/pod2/e"])?.text == "fabric/pod*/e")
        #expect(PinPattern.common(["fabric/a/e", "fabric/b/e"])?.text == "fabric/*/e")
        #expect(PinPattern.common(["one"])?.text == "one")
        #expect(PinPattern.common(["a/b", "c/d"]) == nil)
        #expect(PinPattern.common(["a", "b"]) == nil)
        #expect(PinPattern.common(["a/b", "a/b/c"]) == nil)
        #expect(PinPattern.common([]) == nil)
    }

    @Test func `pins of this program's runs fit no pattern`() {
        #expect(PinPattern("*/*/*").matches(among: ["migrate/r-1/map", "x/y/z"]) == ["x/y/z"])
    }
}
