import Model
import Testing

@Suite struct CodeTests {
    @Test func `numbers are given once`() {
        #expect(Set(Code.all.map(\.number)).count == Code.all.count)
        #expect(Code.all.allSatisfy { (1000...1999).contains($0.number) })
    }

    @Test func `every code explains itself`() {
        for code in Code.all {
            #expect(!code.title.isEmpty && !code.title.hasSuffix("."), "\(code.text)")
            #expect(code.explanation.hasSuffix("."), "\(code.text)")
        }
    }

    @Test func `an error says what, whether, facts, remedy and code`() {
        let error = MigrateError(
            .stalePlan, "plan p-3f9c1a is stale",
            facts: ["hz clsact/ingress: program 168 (tag 646f9955…) when planned, 191 now."],
            remedy: "See what changed:  migrate diff plan.json")
        #expect(
            error.text == """
                Error: plan p-3f9c1a is stale; nothing was changed.                     [MIG1101]
                  hz clsact/ingress: program 168 (tag 646f9955…) when planned, 191 now.
                  See what changed:  migrate diff plan.json
                """)
    }
}
