import Kernel
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// In which way a run may take over, and what each way promises.
    @Suite struct Cuts {
        @Test func `by a switch, unless asked otherwise; another way is another decision`() throws {
            try withNode { node in
                let plan = try node.plan()
                #expect(plan.blocked == [] && plan.document.decision.cut == .switch)
                #expect(!plan.document.warnings.contains { $0.code == Code.directCut.text })
                let hook = try #require(plan.document.hooks.first { $0.action == .replace })
                #expect(hook.guarantee == CutKind.switch.guarantee(at: .clsact))
                #expect(plan.document.hooks.allSatisfy { ($0.guarantee == nil) == ($0.action != .replace) })
                let direct = try node.plan(cut: .direct)
                #expect(direct.blocked == [] && direct.document.planID != plan.document.planID)
                #expect(direct.document.warnings.contains { $0.code == Code.directCut.text })
                #expect(
                    plan.document.decision.changes(to: direct.document.decision)
                        == ["cut: switch when planned, direct now."])
            }
        }

        @Test func `a program that cannot be tail-called blocks the switch, and only the switch`() throws {
            try withNode { node in
                let pin = try node.reader("odd", attachType: 5)
                try node.overwrite(with: pin)
                let plan = try node.plan()
                #expect(plan.blocked == [Code.tailCallRefused.text])
                let blocker = try #require(plan.blocker(.tailCallRefused))
                let id = try node.programID()
                #expect(
                    blocker.message
                        == "hz clsact/ingress: program \(id) (odd) cannot be tail-called from a switch: Invalid argument: it was loaded for an attach type that is none of tc's"
                )
                #expect(blocker.remedy.hasSuffix(":  migrate plan --cut direct"))
                #expect(blocker.remedy.contains("--confirm-within none"))
                #expect(try node.plan(cut: .direct).blocked == [])
                try node.sh("rm \(pin)")
            }
        }

        @Test func `hooks with the same program are one blocker`() throws {
            try withNode { node in
                let pin = try node.reader("odd", attachType: 5)
                try node.overwrite(with: pin)
                try node.sh("tc filter add dev hz ingress prio 7 bpf direct-action object-pinned \(pin)")
                let plan = try node.plan()
                #expect(plan.blocked == [Code.tailCallRefused.text])
                #expect(
                    plan.blocker(.tailCallRefused)?.message.hasPrefix("hz clsact/ingress and 1 more hook: program ")
                        == true)
                try node.sh("rm \(pin)")
            }
        }

        /// What libbpf loads of `SEC("tcx/ingress")`, at both kinds of hooks.
        @Test(arguments: [false, true]) func `a program for tcx is replaced by a switch for tcx`(_ atTCX: Bool) throws {
            try withNode { node in
                let pin = try node.reader("tcx", attachType: 46)
                try node.overwrite(with: pin)
                let link = atTCX ? try node.link(pin) : nil
                if atTCX { try node.sh("tc qdisc del dev hz clsact") }
                let plan = try node.plan(.onLink)
                #expect(plan.blocked == [])
                #expect(
                    plan.document.hooks.first { $0.action == .replace }?.guarantee
                        == CutKind.switch.guarantee(at: atTCX ? .tcx : .clsact))
                let applied = try node.apply(plan, cut: .switch)
                guard case .committed = applied.result else { throw TestFailure("\(applied.result)") }
                #expect(try node.rollback(applied.runID).proof.identical)
                withExtendedLifetime(link) {}
                try node.sh("rm \(pin)")
            }
        }

        @Test func `a program that may call itself without an end is a warning`() throws {
            try withNode { node in
                let pin = try node.reader("circle", callsItself: true)
                try node.overwrite(with: pin)
                let plan = try node.plan()
                #expect(plan.blocked == [])
                let id = try node.programID()
                let warning = try #require(
                    plan.document.warnings.first { $0.code == Code.tailCallsUnbounded.text })
                #expect(warning.message.contains("program \(id) (circle) may tail-call in a circle (\(id) → \(id))"))
                #expect(!(try node.plan(cut: .direct)).document.warnings.contains { $0.code == warning.code })
                // The kernel frees neither while the array holds the program.
                try node.sh("bpftool map delete pinned \(pin)_calls key 0 0 0 0; rm \(pin) \(pin)_calls")
            }
        }
    }
}
