import FoundationEssentials
import Model
import Testing

@Suite struct PrivilegedVerbTests {
    /// docs/security.md says what the program refuses by; `scripts/capabilities` that it is so.
    @Test func `the table of capabilities is the program's`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = String(decoding: try Data(contentsOf: root.appending(path: "docs/security.md")), as: UTF8.self)
        let part = text.split(separator: "<!-- capabilities -->")
        try #require(part.count == 3)
        var said: [String: String] = [:]
        for row in part[1].matches(of: #/\| (`.*?) \| (.*?) \|/#) {
            for verb in row.1.matches(of: #/`([a-z]+)`/#) { said[String(verb.1)] = String(row.2) }
        }
        for verb in PrivilegedVerb.allCases {
            let needs = verb.needs.map(\.rawValue).sorted().joined(separator: " ")
            #expect(said[verb.rawValue] == needs, "\(verb)")
        }
        for capability in Capability.allCases { #expect(text.contains(capability.use), "\(capability)") }
    }

    @Test func `what is missing is what its bit does not have`() {
        #expect(PrivilegedVerb.plan.missing(from: .max) == [])
        #expect(PrivilegedVerb.plan.missing(from: 0) == PrivilegedVerb.plan.needs)
        // CAP_SYS_ADMIN is 21 (include/uapi/linux/capability.h).
        #expect(PrivilegedVerb.plan.missing(from: .max & ~(1 << 21)) == [.sysAdmin])
    }
}
