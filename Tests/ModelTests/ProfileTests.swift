import Model
import ModelSamples
import Testing

@Suite struct ProfileTests {
    private static let yaml = BuiltInProfiles.sources[0].yaml

    /// The line of `text` on which `part` is, from 1.
    private func line(of part: String, in text: String) -> Int {
        1 + (text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(part) } ?? -1)
    }

    @Test func `the built-in profile says what Istio does`() throws {
        let profile = try Sample.profile()
        #expect(profile.name == "istio-ambient" && profile.members == .enrolled)
        #expect(profile.maps.map(\.pin) == ["ambient/app_info"])
        #expect(profile.maps[0].value.ifindexWidth == 4 && profile.maps[0].value.destinationMACOffset == 4)
        #expect(profile.contract.controlBlock?.index == 4)
        #expect(profile.contract.controlBlock?.value == 0xC001_F00D)
        #expect(profile.contract.onFailure == .drop)
        #expect(profile.keep.count == 5)
    }

    @Test func `defaults fill what may be left out`() throws {
        let short = """
            name: x
            members: all-local-pods
            maps: [{pin: a/b, key: {size: 16, family: ipv6}, value: {size: 10, ifindex_offset: 0, destination_mac_offset: 4}}]
            hook: {kind: clsact, direction: ingress}
            contract: {families: [ipv6], protocols: [any]}
            """
        let profile = try ProfileReader.profile(fromYAML: short, file: "x.yaml")
        #expect(profile.summary.isEmpty && profile.keep.isEmpty && profile.writers.processes.isEmpty)
        #expect(profile.maps[0].key.offset == 0 && profile.maps[0].key.byteOrder == .network)
        #expect(profile.contract.onFailure == .pass && profile.contract.mark == nil)
        #expect(profile.contract.onMiss == .ok)
    }

    /// (what is replaced, by what, the field that is named).
    @Test(arguments: [
        ("members: enrolled", "members: some", "members"),
        ("name: istio-ambient", "nome: istio-ambient", "nome"),
        ("pin: ambient/app_info", "pin: /ambient/app_info", "maps[0].pin"),
        ("pin: ambient/app_info", "pin: ambient/../app_info", "maps[0].pin"),
        ("offset: 0, family: ipv4", "offset: 1, family: ipv4", "maps[0].key.offset"),
        ("family: ipv4", "family: ipx", "maps[0].key.family"),
        ("byte_order: network", "byte_order: middle", "maps[0].key.byte_order"),
        ("key: {size: 4", "key: {size: four", "maps[0].key.size"),
        ("key: {size: 4", "key: {size: 4294967296", "maps[0].key.size"),
        ("ifindex_width: 4", "ifindex_width: 3", "maps[0].value.ifindex_width"),
        ("ifindex_offset: 0", "ifindex_offset: 9", "maps[0].value.ifindex_offset"),
        ("destination_mac_offset: 4", "destination_mac_offset: 7", "maps[0].value.destination_mac_offset"),
        ("kind: clsact", "kind: clasct", "hook.kind"),
        ("families: [ipv4]", "families: []", "contract.families"),
        ("protocols: [tcp, udp]", "protocols: [sctp]", "contract.protocols[0]"),
        ("on_failure: drop", "on_failure: explode", "contract.on_failure"),
        ("on_failure: drop", "on_miss: drop", "contract.on_miss"),
        ("index: 4, value", "index: 5, value", "contract.control_block.index"),
        ("processes: [install-cni]", "processes: install-cni", "writers.processes"),
        ("why: sends", "what: sends", "keep[0].what"),
        ("destination_mac_offset: 4", "destination_mac_offset: 2", "maps[0].value.destination_mac_offset"),
        (
            "destination_mac_offset: 4", "destination_mac_offset: 4, source_mac_offset: 6",
            "maps[0].value.source_mac_offset"
        ),
        ("families: [ipv4]", "families: [ipv4, ipv4]", "contract.families"),
        ("protocols: [tcp, udp]", "protocols: [any, udp]", "contract.protocols"),
        ("- pin: ambient/app_info", "- name: x\n    pin: ambient/app_info", "maps[0]"),
    ])
    func `an error names line and field`(old: String, new: String, field: String) throws {
        let text = Self.yaml.replacing(old, with: new, maxReplacements: 1)
        try #require(text != Self.yaml)
        let error = #expect(throws: ProfileError.self) {
            try ProfileReader.profile(fromYAML: text, file: "p.yaml")
        }
        #expect(error?.field == field)
        #expect(error?.line == line(of: String(new.prefix { $0 != "\n" }), in: text))
        #expect(error?.description.hasPrefix("p.yaml:\(error?.line ?? -1): \(field): ") == true)
    }

    @Test func `an unknown value lists those that are known, a second profile is one too many`() throws {
        let text = Self.yaml.replacing("on_failure: drop", with: "on_failure: explode")
        let error = #expect(throws: ProfileError.self) { try ProfileReader.profile(fromYAML: text, file: "p") }
        #expect(error?.message.hasSuffix(": pass, drop") == true)
        let two = #expect(throws: ProfileError.self) {
            try ProfileReader.profile(fromYAML: Self.yaml + "\n---\n" + Self.yaml, file: "p")
        }
        #expect(two?.message.hasPrefix("2 profiles in one file") == true)
        let twice = Self.yaml.replacing("summary:", with: "name: again\nsummary:")
        let repeated = #expect(throws: ProfileError.self) { try ProfileReader.profile(fromYAML: twice, file: "p") }
        #expect(repeated?.field.contains("name") == true, "\(repeated?.message ?? "")")
    }

    @Test(arguments: [("pin: a/*", "pin: a/b"), ("pin: a/b", "pin: a/b"), ("name: m", "name: m")])
    func `a map that is named twice is refused`(_ one: String, other: String) {
        let layout = "key: {size: 4, family: ipv4}, value: {size: 12, ifindex_offset: 0, destination_mac_offset: 4}"
        let text = """
            name: x
            members: enrolled
            maps: [{\(one), \(layout)}, {\(other), \(layout)}]
            hook: {kind: clsact, direction: ingress}
            contract: {families: [ipv4], protocols: [any]}
            """
        let error = #expect(throws: ProfileError.self) { try ProfileReader.profile(fromYAML: text, file: "p") }
        #expect(error?.field == "maps" && error?.message.hasSuffix("is named twice") == true)
    }

    @Test(arguments: ["", "just text", "- a list", "name: [", "a: *nowhere"])
    func `what is no profile is refused`(text: String) {
        #expect(throws: ProfileError.self) { try ProfileReader.profile(fromYAML: text, file: "p.yaml") }
    }

    /// Offsets so large that a sum would wrap must be an error, never a crash.
    @Test(arguments: [
        ("offset: 0, family: ipv4", "offset: 4294967295, family: ipv4"),
        ("ifindex_offset: 0", "ifindex_offset: 4294967295"),
        ("destination_mac_offset: 4", "destination_mac_offset: 4294967295"),
        ("destination_mac_offset: 4", "destination_mac_offset: 4, source_mac_offset: 4294967295"),
    ])
    func `offsets beyond reason are refused`(old: String, new: String) async throws {
        let text = Self.yaml.replacing(old, with: new, maxReplacements: 1)
        #expect(throws: ProfileError.self) { try ProfileReader.profile(fromYAML: text, file: "p.yaml") }
    }
}
