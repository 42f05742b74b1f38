import FoundationEssentials
import Model
import ModelSamples
import Testing

@Suite struct DecisionTests {
    @Test func `the id depends on the decision only`() throws {
        let few = try Sample.plan(findings: Sample.findings(matching: 1))
        let many = try Sample.plan(createdAt: Sample.time + 60, findings: Sample.findings(matching: 400))
        #expect(few.planID == many.planID)
        #expect(few.digest != many.digest)
        #expect(few.planID.hasPrefix("p-") && few.planID.count == 66)
    }

    /// A golden value: ids of plans must not change from one build to the next.
    @Test func `the id is the SHA-256 of the canonical JSON`() throws {
        let decision = try Sample.decision()
        #expect(try decision.planID() == "p-" + Digest.sha256(JSON.canonical(decision)))
        #expect(Digest.sha256(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `the id differs with program, place and node`() throws {
        let decision = try Sample.decision()
        var others: [Decision] = []
        for change in [
            { $0.hooks[0].program.id += 1 }, { $0.hooks[0].handle += 1 }, { $0.hooks[0].classID = nil },
            { $0.bootID = "x" }, { $0.machineID = "x" }, { $0.netns += 1 }, { $0.membership = .onLink },
            { $0.egress = .mac }, { $0.maps[0].id += 1 }, { $0.replacement.denied = [] },
            { $0.profile.contract.mark = 1 }, { $0.steps = [] }, { $0.staticSet = true },
            { $0.cut = .direct },
        ] as [(inout Decision) -> Void] {
            var other = decision
            change(&other)
            others.append(other)
        }
        let ids = try Set((others + [decision]).map { try $0.planID() })
        #expect(ids.count == others.count + 1)
    }

    @Test func `changes name hook and programs`() throws {
        let decision = try Sample.decision()
        var now = decision
        now.hooks[0].program = Sample.ours
        #expect(
            decision.changes(to: now) == [
                "hz clsact/ingress: program 168 (tag 646f99559a3b1c2d) when planned, 203 (tag a1b2c3d4e5f60718) now."
            ])
        now = decision
        now.hooks[1].classID = 5
        now.bootID = "other"
        #expect(
            decision.changes(to: now) == [
                "boot: \(Sample.node.bootID) when planned, other now.",
                "hz2 clsact/ingress: the filter's attributes changed.",
            ])
        now = decision
        now.hooks.removeLast()
        #expect(decision.changes(to: now) == ["hz2 clsact/ingress: program 168 when planned, not there now."])
        #expect(now.changes(to: decision) == ["hz2 clsact/ingress: not there when planned, program 168 now."])
        #expect(decision.changes(to: decision).isEmpty)
    }

    /// A proxy that was made anew: what went and what came, interface by interface, before what follows from it.
    @Test func `changes come by interface, what happened before what follows from it`() throws {
        let hooks = (1...3).map { Sample.hook("hz\($0)", ifindex: $0) }
        let decision = try Sample.decision(hooks: hooks)
        var now = decision
        now.replacement.denied = []
        now.membership = .onLink
        for index in now.hooks.indices { now.hooks[index].handle = 7 }
        #expect(
            decision.changes(to: now).map { $0.prefix { $0 != "," && $0 != ":" } } == [
                "hz1 clsact/ingress", "hz1 clsact/ingress", "hz2 clsact/ingress", "hz2 clsact/ingress",
                "hz3 clsact/ingress", "hz3 clsact/ingress", "membership", "interfaces not redirected to",
            ])
        #expect(decision.changes(to: now)[0].hasSuffix("not there now."))
    }

    @Test func `every difference has a line`() throws {
        let decision = try Sample.decision()
        for change in [
            { $0.node = "x" }, { $0.machineID = "x" }, { $0.netns += 1 }, { $0.profile.name = "x" },
            { $0.profile.contract.mark = 1 }, { $0.membership = .onLink }, { $0.egress = .mac },
            { $0.replacement.object = "x" }, { $0.replacement.program = "x" }, { $0.replacement.fibFlags = 0 },
            { $0.replacement.readsDevice = false }, { $0.replacement.denied = [] }, { $0.maps = [] }, { $0.steps = [] },
            { $0.hooks[0].interface = "other" }, { $0.hooks[0].filterName = nil }, { $0.staticSet = true },
            { $0.cut = .direct },
        ] as [(inout Decision) -> Void] {
            var now = decision
            change(&now)
            #expect(decision.changes(to: now).count == 1)
        }
    }

    /// Plans of earlier versions knew one way only; their ids must stay what they are.
    @Test func `a decision that says nothing of the cut is a direct one, and keeps its id`() throws {
        let now = String(decoding: try JSON.canonical(Sample.decision()), as: UTF8.self)
        let earlier = now.replacing("\"cut\":\"switch\",", with: "")
        #expect(earlier != now)
        let decision = try JSON.decode(Decision.self, from: Array(earlier.utf8))
        #expect(decision.cut == .direct)
        #expect(try decision.planID() == "p-" + Digest.sha256(Array(earlier.utf8)))
        var direct = try Sample.decision()
        direct.cut = .direct
        #expect(try JSON.decode(Decision.self, from: JSON.canonical(direct)).cut == .direct)
        #expect(decision.changes(to: try Sample.decision()) == ["cut: direct when planned, switch now."])
    }

    @Test func `an edited plan is told apart`() throws {
        let plan = try Sample.plan()
        #expect(try plan.isIntact())
        let read = try JSON.decode(PlanDocument.self, from: JSON.canonical(plan))
        #expect(try read.isIntact())
        var edited = plan
        edited.blockers = [.init(.noHooks, "x", remedy: "y")]
        #expect(try edited.isIntact() == false)
        edited = plan
        edited.decision.egress = .mac
        #expect(try edited.isIntact() == false)
        // Digest renewed, id kept: still not the decision's.
        #expect(try edited.sealed().isIntact() == false)
    }

    @Test func `lists are cut, totals are not`() throws {
        let plan = try Sample.plan(findings: Sample.findings(matching: 50))
        #expect(plan.entries.count == 1)
        #expect(plan.entriesTotal == 51)
        #expect(plan.verdicts == ["match": 50, "stale-interface": 1])
        #expect(plan.effects == ["same": 50, "healed": 1])
    }
}
