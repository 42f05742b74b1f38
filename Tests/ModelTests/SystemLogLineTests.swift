import Model
import Testing

@Suite struct SystemLogLineTests {
    private static func run(_ state: RunState, _ reason: RunReason? = nil) -> RunDocument {
        RunDocument(
            runID: "r-0123456789ab", planID: "p-77", changed: true, state: state, reason: reason, share: 5, hooks: [])
    }

    private static func line(_ event: SystemLogLine.Event, _ run: RunDocument, node: String = "node-a") -> SystemLogLine
    {
        SystemLogLine(event, run, node: node, by: .init(uid: 0, loginUID: 1000))
    }

    @Test func `a flip says how many flows, and for how long unless confirmed`() {
        var run = Self.run(.provisional)
        run.confirmInSeconds = 600
        let line = Self.line(.flip, run)
        #expect(
            line.text
                == "flip run=r-0123456789ab plan=p-77 node=node-a state=provisional share=5% confirm_in=600s uid=0 login_uid=1000"
        )
        #expect(!line.isFault)
    }

    @Test func `a rollback says why, and whether everything is back`() {
        var run = Self.run(.rolledBack, .deadline)
        run.proof = Proof(vanished: [], differences: [], changedByOthers: [])
        #expect(Self.line(.rollback, run).text.contains("state=rolled-back reason=deadline identical=true "))
        #expect(!Self.line(.rollback, run).isFault)
        for state in [RunState.residual, .mixed] { #expect(Self.line(.rollback, Self.run(state)).isFault) }
        #expect(!Self.line(.confirm, Self.run(.committed)).isFault)
    }

    @Test(arguments: [
        ("a\nJan  1 00:00:00 node sshd[1]: root", "a_Jan__1_00:00:00_node_sshd[1]:_root"), ("", "_"),
        ("x\" uid=0", "x__uid_0"), ("ü\u{1b}[2J", "__[2J"),
    ])
    func `no name makes a second line or another field`(name: String, shown: String) {
        let text = Self.line(.confirm, Self.run(.committed), node: name).text
        #expect(text.contains(" node=\(shown) state=committed "), "\(text)")
    }

    @Test func `a name of any length leaves room for the rest`() {
        let text = Self.line(.flip, Self.run(.provisional), node: String(repeating: "x", count: 5000)).text
        #expect(text.count < 400 && text.hasSuffix(" uid=0 login_uid=1000"))
    }
}
