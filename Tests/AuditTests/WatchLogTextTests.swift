import Audit
import FoundationEssentials
import Model
import Testing

struct WatchLogTextTests {
    private func watched(_ ifindex: UInt32, _ standing: WatchStanding) -> WatchedHook {
        let hook = Hook(
            netns: .init(cookie: 1, inode: 1, path: nil), interface: "hz\(ifindex)", ifindex: ifindex, kind: .clsact,
            direction: .ingress, chain: 0, priority: 1, handle: 1, etherType: 3,
            program: .init(id: 7, name: "to_pods", tag: "aaaa"), filter: nil)
        return WatchedHook(hook, standing, runID: standing == .new ? nil : "r-1", what: "is \(standing.rawValue)")
    }

    private func document(_ standings: [WatchStanding], blockers: [String] = []) -> WatchDocument {
        WatchDocument(
            node: "n", runID: "r-0123456789", planID: "p-1", heals: true,
            sorted: standings.enumerated().map { watched(UInt32($0), $1) }, left: { _ in "somebody insists" },
            blockers: blockers, healed: 2)
    }

    @Test func `trouble is counted, listed and made a next step; what is committed is only counted`() {
        let trouble = document([.committed, .committed, .new, .vanished])
        #expect(trouble.isTrouble && trouble.counts == ["committed": 2, "new": 1, "vanished": 1, "drifted": 0])
        let text = WatchLogText.render(trouble)
        #expect(text.contains("! new  hz2 clsact/ingress: is new; somebody insists"), "\(text)")
        #expect(text.contains("  vanished  hz3 clsact/ingress: is vanished\n"), "\(text)")
        #expect(text.contains("2 committed, 1 new, 1 vanished, 2 healed") && text.contains("migrate watch --node n --heal"))
        let quiet = document([.committed, .vanished])
        #expect(!quiet.isTrouble && WatchLogText.render(quiet).contains("migrate status"))
        #expect(WatchLogText.summary(document([.new], blockers: ["no"])).contains("nothing is healed: no"))
        let none = WatchDocument(node: "n", runID: nil, planID: nil, heals: false, sorted: [])
        #expect(WatchLogText.summary(none) == "No run is committed: nothing to watch")
    }

    @Test func `metrics have a sample for each standing`() {
        let text = WatchPrometheus.render(document([.committed, .drifted]), at: Date(timeIntervalSince1970: 60))
        for line in [
            #"migrate_watch_info{node="n",heals="yes",run="r-0123456789",plan="p-1"} 1"#,
            #"migrate_watch_hooks{standing="committed"} 1"#, #"migrate_watch_hooks{standing="drifted"} 1"#,
            #"migrate_watch_hooks{standing="new"} 0"#, #"migrate_watch_heals{result="healed"} 2"#,
            "migrate_watch_written_timestamp_seconds 60",
        ] { #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)\n\(text)") }
    }

    @Test func `keys of the document are those of the others`() throws {
        let text = String(decoding: try JSON.canonical(document([.new])), as: UTF8.self)
        for key in ["\"kind\":\"watch\"", "\"hook_kind\":\"clsact\"", "\"hooks_total\":1", "\"run_id\"", "\"taken_back\""] {
            #expect(text.contains(key), "\(key) in \(text)")
        }
    }
}
