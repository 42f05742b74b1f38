import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension Node {
    func slotShadowing(_ plan: String, _ more: [String] = []) throws -> BackgroundCommand {
        try shadowing(plan, ["--in-slot"] + more)
    }

    /// The run that holds the slots.
    func shadowRun(exit: Int32, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let status = try status(exit: exit, sourceLocation: sourceLocation)
        #expect(status.state == "shadow" && status.drift == [], "\(status)", sourceLocation: sourceLocation)
        return try #require(status.runID, sourceLocation: sourceLocation)
    }

    fileprivate func kill(_ shadow: BackgroundCommand) throws {
        shadow.send(SIGKILL)
        #expect(try shadow.wait() == 137)
    }
}

extension MigrateSuite {
    /// Where nothing can stand in front of a hook: the shadow sits in its slot, as a run.
    @Suite struct SlotShadowVerb {
        @Test func `it agrees, costs no packet, and puts the slot back`() throws {
            try withNode { node in
                let plan = try node.plan()
                let (before, slot) = try (node.state(), node.slot())
                var document: ShadowDocument?
                try node.lab.underTraffic("shadow in the slot", to: ["pod1", "pod2"], rate: 2000) {
                    let result = try node.run(try node.shadowWords(plan, "3s", ["--in-slot", "-o", "json"]))
                    #expect(result.status == 0, "\(result)")
                    document = try node.shadow(result)
                }
                let shadow = try #require(document)
                #expect(shadow.way == .slot && shadow.verdict == .agree && shadow.endedBy == .duration, "\(shadow)")
                #expect(shadow.packets.compared.all > 2000 && shadow.packets.compared.differing == 0)
                #expect(
                    shadow.disturbed == [] && shadow.proof?.identical == true && shadow.proof?.changedByOthers == [])
                #expect(try node.state() == before && node.slot() == slot)
                #expect(try node.status().leftovers == [] && node.status().state == "idle")

                // The run is kept, with what it did; the plan is as good as before.
                let run = try node.runDocument(try node.migrate("show", "-o", "json", try #require(shadow.runID)))
                #expect(run.state == .rolledBack && run.purpose == .shadow && run.proof?.identical == true)
                #expect(try node.document(node.plan("again.json")).planID == node.document(plan).planID)
                #expect(try node.apply(plan).state == .committed)
                try node.rollback()
            }
        }

        /// The counts of both ways, on the same traffic, one after the other.
        @Test func `it tells the same faults apart as one in front does`() throws {
            try withNode(pods: 1, faults: true) { node in
                let plan = try node.plan(exit: 10)
                let before = try node.state()
                let pods = ["pod1", "stale", "wrong-mac", "broken", "plain"]
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: pods, rate: 200, seconds: 600))
                var found: [[IPAddress: [ShadowComparison]]] = []
                for way in [[], ["--in-slot"]] {
                    let result = try node.run(try node.shadowWords(plan, "2s", ["-o", "json"] + way))
                    #expect(result.status == 30, "\(result)")
                    let shadow = try node.shadow(result)
                    #expect(shadow.way == (way.isEmpty ? .tcx : .slot) && shadow.disturbed == [], "\(shadow)")
                    #expect(shadow.packets.seen == shadow.packets.eligible + shadow.packets.ineligible)
                    #expect(Set(shadow.shown.map(\.comparison)) == Set(ShadowComparison.differences))
                    found.append(
                        Dictionary(
                            uniqueKeysWithValues: shadow.destinations.map { seen in
                                (seen.address, ShadowComparison.differences.filter { seen.packets[$0] > 0 })
                            }))
                }
                _ = traffic.stop()
                #expect(found.count == 2 && found[0] == found[1] && found[0].count == 4, "\(found)")
                #expect(Set(found[0].values.flatMap { $0 }) == Set(ShadowComparison.differences))
                #expect(try node.state() == before)
            }
        }

        @Test func `SIGKILL leaves a run in state shadow, and apply clears it and goes on`() throws {
            try withNode { node in
                let plan = try node.plan()
                let (before, slot) = try (node.state(), node.slot())
                try node.lab.underTraffic("a killed shadow in the slot", rate: 2000) {
                    let shadow = try node.slotShadowing(plan)
                    let run = try node.shadowRun(exit: 0)
                    try node.kill(shadow)
                    #expect(try node.shadowRun(exit: 30) == run)
                    let text = try node.migrate("status", exit: 30).stdout
                    #expect(
                        text.contains("which nobody watches") && text.contains("take the legacy programs"), "\(text)")
                    #expect(try node.migrate("history").stdout.contains("shadow"))
                    let applied = try node.migrate(
                        "apply", "--node", Node.name, "--confirm-within", "none", "-o", "json", plan)
                    #expect(applied.stderr.contains("Run \(run) was a shadow that was cut off"), "\(applied)")
                    let document = try node.runDocument(applied)
                    #expect(document.state == .committed && document.runID != run)
                    try node.rollback()
                }
                #expect(try node.state() == before && node.slot() == slot)
                #expect(try node.status().leftovers == [])
            }
        }

        /// Every verb that changes the node clears one, whatever it was called for.
        @Test func `shadow, rollback, resume and confirm clear one that was cut off`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let verbs: [(words: [String], exit: Int32)] = [
                    (["shadow", "--node", Node.name, "--duration", "1s", "--in-slot", plan], 0),
                    (["shadow", "--node", Node.name, "--duration", "1s", plan], 0),
                    (["rollback", "--node", Node.name], 0), (["abort", "--node", Node.name], 0),
                    (["rollback", "--node", Node.name, "--from-pins"], 0), (["resume"], 20), (["confirm"], 10),
                    (["extend", "--by", "5m"], 10), (["canary", "50%"], 10),
                    (["finalize", "--node", Node.name], 10),
                ]
                for (words, exit) in verbs {
                    let shadow = try node.slotShadowing(plan)
                    try node.kill(shadow)
                    let result = try node.run(try node.words(words))
                    #expect(result.status == exit, "\(words): \(result)")
                    // A refusal says what was done on the way.
                    if exit == 10 {
                        #expect(result.stderr.contains("taken out of its slots, nothing else was changed"), "\(result)")
                    }
                    #expect(try node.state() == before, "\(words)")
                    #expect(try node.status().state == "idle", "\(words)")
                }
            }
        }

        @Test func `while somebody watches it no run begins, resume leaves it, and rollback ends it`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let shadow = try node.slotShadowing(plan)
                let run = try node.shadowRun(exit: 0)
                let line = try #require(try node.status().shadows?.first)
                #expect(line.contains("in the slot, held by migrate (pid \(shadow.pid))"), "\(line)")
                // Who is in a pid namespace of its own sees nobody, and knows it.
                let blind = try node.run(
                    ["unshare", "--pid", "--fork", "--mount-proc"] + (try node.words(["status"])))
                #expect(blind.stdout.contains("nobody watches who can be seen"), "\(blind)")
                #expect(!blind.stdout.contains("it was cut off"), "\(blind)")
                try node.refuses(
                    "apply", "--node", Node.name, "--confirm-within", "none", plan, exit: 13, code: .shadowWatched)
                try node.refuses(
                    "shadow", "--node", Node.name, "--duration", "1s", plan, exit: 13, code: .shadowWatched)
                // What is in the slot is ours, and no legacy program: to plan now says so.
                #expect(
                    try node.document(node.plan("now.json", exit: 10)).blockers.map(\.code).contains(
                        Code.alreadyOurs.text))
                #expect(try node.migrate("resume").stderr.contains("somebody watches it"))
                #expect(try node.shadowRun(exit: 0) == run)
                #expect(try node.rollback().proof?.identical == true)
                #expect(try shadow.wait() == 30, "\(shadow.said)")
                #expect(shadow.said.contains("[\(Code.shadowDisturbed.text)]"), "\(shadow.said)")
                #expect(try node.state() == before)
            }
        }

        @Test func `a program of somebody else in the slot is told of, and stays there`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let shadow = try node.slotShadowing(plan)
                let ours = try node.slot().options?.prog.id
                try node.attachLegacyProgramAnew()
                let theirs = try node.slot()
                #expect(theirs.options?.prog.id != ours)
                shadow.send(SIGINT)
                #expect(try shadow.wait() == 30, "\(shadow.said)")
                #expect(shadow.said.contains("somebody replaced the shadow"), "\(shadow.said)")
                #expect(shadow.said.contains("[\(Code.shadowDisturbed.text)]"), "\(shadow.said)")
                #expect(try node.slot() == theirs)
                #expect(try node.status().state == "idle" && node.status().leftovers == [])
            }
        }

        /// The switch goes on into the replacement then: it is never called "on legacy", and it ends the shadow.
        @Test func `a slot without its pin ends it, and no packet is lost`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                try node.lab.underTraffic("a shadow's slot loses its pin") {
                    let shadow = try node.slotShadowing(plan)
                    let run = try node.shadowRun(exit: 0)
                    try node.sh("rm /sys/fs/bpf/migrate/\(run)/slot_0")
                    #expect(try shadow.wait() == 30, "\(shadow.said)")
                    #expect(shadow.said.contains("[\(Code.fellForward.text)]"), "\(shadow.said)")
                }
                #expect(try node.state() == before)
            }
        }

        @Test func `signals end it early, and the slot is put back`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                for (signal, exit) in [(SIGINT, Int32(0)), (SIGTERM, 143), (SIGHUP, 129)] {
                    let shadow = try node.slotShadowing(plan, ["-o", "json", "--no-input"])
                    shadow.send(signal)
                    #expect(try shadow.wait() == exit, "\(shadow.said)")
                    #expect(shadow.said.contains("\"identical\" : true"), "\(shadow.said)")
                    #expect(try node.state() == before)
                }
            }
        }

        /// Between any two steps of coming, standing and going: packets go on, and the next command finds what to do.
        @Test func `killed at any moment it costs no packet, and one command clears it`() throws {
            try withNode { node in
                let plan = try node.plan()
                let (before, slot) = try (node.state(), node.slot())
                let words = try node.shadowWords(plan, "1s", ["--in-slot"])
                let began = ContinuousClock.now
                #expect(try node.run(words).status == 0)
                let whole = Int(began.duration(to: .now) / .milliseconds(1))
                let rounds = LongForm.isAsked ? 12 : 6
                try node.lab.underTraffic("\(rounds) shadows killed in the slot", to: ["pod1", "pod2"], rate: 2000) {
                    for round in 0..<rounds {
                        let shadow = try BackgroundCommand(node, words, output: "killed-\(round)")
                        let moment = whole * round / rounds + Int.random(in: 0...whole / rounds)
                        usleep(UInt32(moment) * 1000)
                        shadow.send(SIGKILL)
                        let ended = try shadow.wait()
                        // It may have come to its end faster than the first one.
                        #expect(ended == 137 || ended == 0, "\(shadow.said)")
                        let state = try node.run(try node.words(["status", "-o", "json"]))
                        let status = try JSON.decode(StatusDocument.self, from: Array(state.stdout.utf8))
                        #expect(["idle", "shadow"].contains(status.state) && status.leftovers == [], "\(status)")
                        #expect(state.status == (status.state == "idle" ? 0 : 30), "\(state)")
                        let cleared = try node.run(
                            try node.shadowWords(plan, "1s", round % 2 == 0 ? ["--in-slot"] : []))
                        #expect(cleared.status == 0, "after \(moment) of \(whole) ms: \(cleared)")
                        #expect(try node.state() == before, "after \(moment) of \(whole) ms")
                    }
                }
                #expect(try node.slot() == slot)
            }
        }

        @Test(arguments: [Membership.legacyKeys, .enrolled])
        func `it compares for every membership`(membership: Membership) throws {
            try withNode { node in
                let plan = try node.plan(membership: membership)
                let before = try node.state()
                let traffic = try Traffic.start(
                    in: node.lab, TrafficOptions(pods: ["pod1", "pod2"], rate: 500, seconds: 600))
                let result = try node.run(try node.shadowWords(plan, "2s", ["--in-slot", "-o", "json"]))
                let ledger = traffic.stop()
                #expect(ledger.isClean && result.status == 0, "\(ledger) \(result)")
                let shadow = try node.shadow(result)
                #expect(shadow.packets.compared.all > 500 && shadow.packets.compared.differing == 0, "\(shadow)")
                #expect(shadow.proof?.identical == true)
                #expect(try node.state() == before && node.status().leftovers == [])
            }
        }

        @Test func `a stream tells how far it is, and ends with the document`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                var lines: [Substring] = []
                try node.lab.underTraffic("a stream") {
                    let result = try node.run(try node.shadowWords(plan, "3s", ["--in-slot", "--stream"]))
                    #expect(result.status == 0, "\(result)")
                    lines = result.stdout.split(separator: "\n")
                }
                let shapes = try lines.map { try DocumentShape(String($0)) }
                let kinds = shapes.map { $0.text("kind") }
                #expect(kinds.count >= 4 && kinds.last == "shadow", "\(lines)")
                #expect(Set(kinds.dropLast()) == ["shadow-progress"])
                #expect(shapes.allSatisfy { $0.unsortedKeys == [] && $0.unusualKeys == [] })
                #expect(Set(shapes.map { $0.text("run_id") }).count == 1, "\(lines)")
            }
        }

        @Test func `a plan without switches is refused`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan(cut: .direct)
                try node.refuses(
                    "shadow", "--node", Node.name, "--duration", "1s", "--in-slot", plan, exit: 10,
                    code: .shadowNotForSlots)
            }
        }
    }
}
