import FoundationEssentials
import Model
import ModelSamples
import Testing

/// Comparing records of a node: pure.
@Suite struct DiffTests {
    private func groups(_ change: (inout Snapshot) throws -> Void) throws -> [DiffGroup] {
        let before = try Sample.snapshot()
        var after = before
        after.id = "s-after"
        after.takenAt += 60
        try change(&after)
        return SnapshotDiff.groups(before, after).filter { !$0.isEmpty }
    }

    /// The one thing that changed, as `group title: name before → after`.
    private func change(_ change: (inout Snapshot) throws -> Void) throws -> String {
        let groups = try groups(change)
        let lines = groups.flatMap { group in
            group.added.map { "\(group.name) + \($0.title)" } + group.removed.map { "\(group.name) - \($0.title)" }
                + group.changed.flatMap { change in
                    change.attributes.map {
                        "\(group.name) ~ \(change.title): \($0.name) \($0.before ?? "none") → \($0.after ?? "none")"
                    }
                }
        }
        return lines.joined(separator: "\n")
    }

    @Test func `the same node at another time differs in nothing`() throws {
        #expect(try groups { _ in }.isEmpty)
    }

    /// Every link has fe80::/64 and ff00::/8: the device tells them apart.
    @Test func `what every link has belongs to its link`() throws {
        let before = try Sample.snapshot()
        for text in ["fe80::/64", "ff00::/8"] {
            let added = try change {
                var route = $0.routes[0]
                route.destination = try #require(IPPrefix(text))
                route.outputInterface = $0.links[0].ifindex
                $0.routes.insert(route, at: 0)
            }
            let title = "\(text) dev \(before.links[0].name) table main metric 0"
            #expect(added == "routes + \(title)")
            let moved = try groups {
                for (index, link) in $0.links.prefix(2).enumerated() {
                    var route = $0.routes[index]
                    route.destination = try #require(IPPrefix(text))
                    route.outputInterface = link.ifindex
                    route.netns = before.node.netns.cookie
                    $0.routes.append(route)
                }
            }
            #expect(moved.map(\.addedTotal) == [2] && moved.map(\.changedTotal) == [0])
        }
        // Neighbors of groups come with every packet to one, and say nothing.
        let groups = try groups {
            var neighbor = try #require($0.neighbors.first)
            neighbor.address = try #require(IPAddress("ff02::1"))
            $0.neighbors.append(neighbor)
        }
        #expect(groups.isEmpty)
    }

    /// It carries the options of the command that printed it.
    @Test func `remedies are not compared`() throws {
        let before = try Sample.plan(blocked: true)
        var after = before
        #expect(!before.blockers.isEmpty)
        for index in after.blockers.indices { after.blockers[index].remedy += " --db /elsewhere" }
        for index in after.warnings.indices { after.warnings[index].remedy += " --db /elsewhere" }
        #expect(PlanDiff.groups(before, after).filter { !$0.isEmpty } == [])
    }

    @Test func `what always changes is no difference`() throws {
        #expect(
            try groups {
                $0.maps[0].entries = 77
                $0.programs[0].loadedAt = 1
                for index in $0.hooks.indices { $0.hooks[index].attachment?.revision = 9 }
                $0.neighbors[0].state = .stale
                $0.neighbors[0].flags = 0
                $0.namespaces[1].path = "/proc/99/ns/net"
                $0.namespaces[1].inode = 1
                $0.links.reverse()
                $0.routes.reverse()
                $0.hooks.reverse()
            }.isEmpty)
    }

    /// With all that was in it: the diff speaks of the node, and not of twenty addresses of a pod that was made anew.
    @Test func `a namespace that went is one line`() throws {
        let groups = try groups { after in
            let gone = after.namespaces.removeLast().cookie
            after.links.removeAll { $0.netns == gone }
            after.addresses.removeAll { $0.netns == gone }
            after.hooks.removeAll { $0.netns.cookie == gone }
            after.routes.removeAll { $0.netns == gone }
        }
        #expect(groups.map(\.name) == ["namespaces"], "\(groups)")
        let thing = try #require(groups.first?.removed.first)
        #expect(groups.first?.removedTotal == 1 && thing.attributes == ["addresses": "1", "hooks": "1"], "\(thing)")
    }

    @Test func `numbers of rtnetlink have their names`() throws {
        #expect(
            try change { $0.routes[0].origin = 2 }.hasSuffix("→ kernel")
                && change { $0.routes[0].scope = 253 }.hasSuffix("→ link"))
        #expect(RoutingNames.table(255) == "local" && RoutingNames.table(7) == "7" && RoutingNames.scope(7) == "7")
    }

    @Test func `each thing is told by what it is, with what changed of it`() throws {
        #expect(try change { $0.node.kernel = "6.9" } == "node ~ node: kernel 6.1.0-18-amd64 → 6.9")
        #expect(try change { $0.maps[0].id = 99 } == "maps ~ ambient/app_info: id 41 → 99")
        #expect(
            try change { $0.maps[0].holders = [] }
                == "maps ~ ambient/app_info: holders bpftool (pid 4411), install-cni (pid 812, writable) → none")
        #expect(try change { $0.maps[1].id = 42 } == "maps +  (id 42)\nmaps -  (id 40)")
        #expect(try change { $0.programs.removeLast() } == "programs - 203 fib_redirect")
        #expect(try change { $0.links[1].mtu = 9000 } == "links ~ veth4 (12): mtu 1500 → 9000")
        #expect(try change { $0.links[1].name = "renamed" }.hasPrefix("links ~ renamed (12): name veth4 → renamed"))
        #expect(try change { $0.addresses.removeLast() }.hasPrefix("addresses - 10.9.0.4/32 on ifindex 2 in netns "))
        #expect(try change { $0.rules[1].mark = 1 } == "rules ~ ipv6 rule 100: mark 0x200 → 0x1")
        #expect(
            try change { $0.routes[0].outputInterface = 1 }
                == "routes ~ 10.9.0.4/32 table main metric 0: interface veth4 → lo")
        #expect(
            try change { $0.neighbors[0].state = .failed } == "neighbors ~ 10.9.0.4 on veth4: state usable → unusable")
        #expect(
            try change { $0.neighbors[0].state = .permanent }
                == "neighbors ~ 10.9.0.4 on veth4: state usable → permanent")
        #expect(try change { $0.unobserved = [] } == "unobserved - namespace of pid 77")
    }

    @Test func `a hook is its place, and the program is what changes of it`() throws {
        let slot = "hz clsact/ingress prio 49152 handle 0x1 chain 0 proto all"
        let change = try change {
            $0.hooks[0] = Sample.hook(program: Sample.ours)
            $0.hooks[0].filter?.bpf?.name = nil
        }
        let lines = change.split(separator: "\n")
        #expect(lines.contains { $0.contains("program 168 app_redirect (tag 646f99559a3b1c2d) → 203 fib_redirect") })
        #expect(lines.contains { $0.hasSuffix("name app_redirect.o:[tc] → none") })
        #expect(lines.allSatisfy { $0.hasPrefix("hooks ~ ") && $0.contains(slot) })
        // Another handle is another filter.
        let moved = try groups { $0.hooks[0].handle = 2 }
        #expect(moved.map(\.name) == ["hooks"] && moved[0].addedTotal == 1 && moved[0].removedTotal == 1)
    }

    @Test func `things that look the same are told apart by number, not lost`() throws {
        let added = try groups { $0.rules.append($0.rules[0]) }
        #expect(added.map(\.addedTotal) == [1])
        let none = try groups {
            $0.rules.append($0.rules[0])
            $0.rules.removeFirst()
        }
        #expect(none.isEmpty)
    }

    @Test func `the order is by identity, whatever was read first`() throws {
        let links = (1...20).map { Link(netns: 1, ifindex: UInt32(100 + $0 * 7 % 20), name: "v\($0)") }
        let group = try #require(try groups { $0.links += links.shuffled() }.first)
        #expect(
            group.added.map(\.title) == links.sorted { $0.ifindex < $1.ifindex }.map { "\($0.name) (\($0.ifindex))" })
    }

    @Test func `long lists are cut, with their totals`() throws {
        let group = try #require(
            try groups { snapshot in
                for number in 0..<10_500 {
                    snapshot.neighbors.append(
                        Neighbor(
                            netns: 1, ifindex: 12, address: .v4(0x0b00_0000 + UInt32(number)), mac: nil,
                            state: .incomplete))
                }
            }.first)
        #expect(group.added.count == 10_000 && group.addedTotal == 10_500)
        #expect(group.added.first?.title == "11.0.0.0 on veth4")
    }

    // MARK: Entries

    private func entry(_ map: String, _ key: UInt8, _ value: UInt8 = 0) -> EntryDiff.Entry {
        .init(
            map: map, key: [10, 0, 0, key], value: [value], address: "10.0.0.\(key)", ifindex: UInt32(value),
            macOffset: nil)
    }

    private func compare(_ before: [EntryDiff.Entry], _ after: [EntryDiff.Entry]) -> DiffGroup {
        var old = before.makeIterator(), new = after.makeIterator()
        return EntryDiff.compare({ old.next() }, { new.next() })
    }

    @Test func `entries stream by in order`() {
        let group = compare(
            [entry("a", 1), entry("a", 3, 1), entry("b", 1), entry("b", 9)],
            [entry("a", 1), entry("a", 2), entry("a", 3, 2), entry("b", 9), entry("c", 0)])
        #expect(group.name == "entries")
        #expect(group.added.map(\.title) == ["a 10.0.0.2", "c 10.0.0.0"])
        #expect(group.removed.map(\.title) == ["b 10.0.0.1"])
        #expect(group.changed.map(\.title) == ["a 10.0.0.3"])
        #expect(
            group.changed[0].attributes == [
                .init(name: "ifindex", before: "1", after: "2"), .init(name: "value", before: "01", after: "02"),
            ])
        #expect(compare([], []).isEmpty && compare([entry("a", 1)], []).removedTotal == 1)
    }

    // MARK: Plans

    @Test func `two plans of one decision differ in what was found`() throws {
        let before = try Sample.plan()
        let after = try Sample.plan(blocked: true)
        #expect(PlanDiff.decision(before, after).isEmpty)
        let groups = PlanDiff.groups(before, after).filter { !$0.isEmpty }
        #expect(groups.map(\.name) == ["verdicts", "destinations", "blockers"])
        #expect(groups[1].added.map(\.title) == ["10.9.4.18"])
        #expect(groups[1].added.first?.attributes["verdict"] == "via-gateway")
        #expect(groups[2].added.first?.title.hasPrefix("MIG1301 ") == true)
    }

    @Test func `another hook is another decision`() throws {
        let before = try Sample.plan()
        let after = try Sample.plan(hooks: [Sample.hook()])
        #expect(
            PlanDiff.decision(before, after).contains { $0.hasPrefix("hz2 clsact/ingress: program 168 when planned") })
    }

    @Test func `a document is the same only where nothing differs`() throws {
        let side = DiffDocument.Side(source: .node, id: nil, node: "n", takenAt: Sample.time)
        #expect(DiffDocument(before: side, after: side, groups: [DiffGroup(name: "links")]).same)
        #expect(!DiffDocument(before: side, after: side, samePlan: false, groups: []).same)
        let changed = try groups { $0.links[1].mtu = 9000 }
        let document = DiffDocument(before: side, after: side, groups: changed)
        #expect(!document.same && document.changedTotal == 1 && document.addedTotal == 0)
        let again = try JSON.decode(DiffDocument.self, from: JSON.canonical(document))
        #expect(again.groups == document.groups)
    }
}
