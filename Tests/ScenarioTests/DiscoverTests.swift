import CLibbpf
import Glibc
import Inventory
import Kernel
import Lab
import Model
import TestSupport
import Testing

extension TestNode {
    /// As `migrate discover` does.
    func discover(map: String? = nil, minConfidence: Int = 0) throws -> DiscoveryDocument {
        try lab.enter {
            try Discoverer(bpffs: try BPFFileSystem(path: Self.bpffs), netnsPath: nil)
                .discover(map: map, minConfidence: minConfidence)
        }
    }

    /// A hash map without BTF, pinned below the lab's bpffs, with what `entries` makes of each healthy pod.
    func untypedMap(_ pin: String, _ entries: [(key: [UInt8], value: [UInt8])]) throws {
        try sh("mkdir -p $(dirname \(Self.bpffs)/\(pin))")
        try lab.enter {
            let first = try #require(entries.first)
            let raw = bpf_map_create(
                BPF_MAP_TYPE_HASH, "table", UInt32(first.key.count), UInt32(first.value.count), 64, nil)
            guard raw >= 0 else { throw TestFailure("create a map: errno \(-raw)") }
            let map = OwnedDescriptor(owning: raw)
            for entry in entries where bpf_map_update_elem(map.raw, entry.key, entry.value, 0) != 0 {
                throw TestFailure("write a map")
            }
            guard bpf_obj_pin(map.raw, "\(Self.bpffs)/\(pin)") == 0 else { throw TestFailure("pin \(pin)") }
        }
    }
}

private func four(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }

extension ScenarioSuite {
    /// With no profile given, on maps that nobody described.
    @Suite struct Discoveries {
        private func pods(_ node: TestNode) -> [LabPod] {
            node.lab.state.pods.filter { $0.enrolled && $0.fault == nil }
        }

        @Test func `a known deployment is told, and its layout is found without being told`() throws {
            try withNode(pods: 3, faults: true) { node in
                let document = try node.discover(map: "ambient/app_info")
                let found = try #require(document.candidates.first)
                #expect(document.candidates.count == 1 && found.builtIn == "istio-ambient")
                let builtIn = try TestNode.profile()
                #expect(found.profile == builtIn)
                #expect(found.findings[0].layout.key == builtIn.maps[0].key)
                #expect(found.findings[0].layout.value == builtIn.maps[0].value)
                #expect(found.findings[0].maps[0].layout?.value?.typeName == "struct ambient_app")
                #expect(found.findings[0].samples[0].keyMembers?.first?.value.hasPrefix("10.9.0.") == true)
                #expect((50...99).contains(found.confidence), "\(found.confidence)")
                #expect(found.hooks.map(\.interface) == ["hz"])
                // The faults are seen, and do not mislead.
                let evidence = found.findings[0].evidence
                #expect(evidence.entries > evidence.agreeing && evidence.agreeing >= 3, "\(evidence)")
                // What is printed is what plan makes of it.
                let printed = try ProfileReader.profile(fromYAML: found.yaml, file: "printed")
                #expect(try node.plan(profile: printed).document.planID == node.plan().document.planID)
            }
        }

        @Test(arguments: [false, true])
        func `a deployment nobody described plans as the described one does`(_ isPinned: Bool) throws {
            try withNode(pods: 3, faults: true) { node in
                let known = try node.plan(.onLink)
                let map = try #require(node.lab.state.maps.first { $0.name == "app_info" })
                let moved =
                    isPinned
                    ? "mkdir \(TestNode.bpffs)/mesh; bpftool map pin id \(map.id) \(TestNode.bpffs)/mesh/where" : "true"
                try node.sh("\(moved); rm \(TestNode.bpffs)/ambient/app_info")
                let document = try node.discover(map: isPinned ? "mesh/where" : String(map.id))
                let found = try #require(document.candidates.first)
                #expect(found.builtIn == nil)
                #expect(found.profile.maps[0].pin == (isPinned ? "mesh/where" : nil))
                #expect(found.profile.maps[0].name == (isPinned ? nil : "app_info"))
                #expect(found.profile.hook == (try TestNode.profile()).hook)
                #expect(found.profile.writers.processes.contains("install-cni"))
                for words in [
                    "not visible from outside: which packets", "entries agree in all three", "read by program",
                ] {
                    #expect(found.yaml.contains(words), "\(found.yaml)")
                }
                let printed = try ProfileReader.profile(fromYAML: found.yaml, file: "printed")
                #expect(printed == found.profile)
                let plan = try node.plan(.onLink, profile: printed)
                #expect(plan.findings == known.findings)
                #expect(plan.document.hooks.map(\.interface) == known.document.hooks.map(\.interface))
                #expect(plan.document.decision.maps.map(\.id) == [map.id])
                #expect(plan.document.decision.maps.map(\.pin) == [isPinned ? "mesh/where" : "app_info"])
                #expect(plan.document.hooks.contains { $0.why == "reads \(isPinned ? "mesh/where" : "app_info")" })
                // `auto` finds the writer that discover found.
                let keys = try node.plan(profile: printed)
                #expect(keys.document.membership.chosen == .legacyKeys && keys.blocker(.membershipUndecided) == nil)
            }
        }

        @Test func `no BTF, host order, two interface indexes, a source MAC in eight bytes`() throws {
            try withNode(pods: 4) { node in
                let host = try #require(MACAddress("ee:ee:ee:ee:ee:ee"))
                try node.untypedMap(
                    "odd/places",
                    pods(node).map { pod in
                        (
                            four(2) + pod.address.networkBytes.reversed(),
                            four(1) + four(pod.ifindex) + host.bytes + [0, 0] + pod.mac.bytes + [0, 0]
                        )
                    })
                let found = try #require(try node.discover(map: "odd/places").candidates.first)
                let layout = found.findings[0].layout
                #expect(layout.key == (try key("{size: 8, offset: 4, family: ipv4, byte_order: host}")))
                #expect([layout.value.ifindexOffset, layout.value.destinationMACOffset] == [4, 16])
                #expect(layout.value.sourceMACOffset == 8)
                let evidence = found.findings[0].evidence
                #expect(evidence.agreeing == evidence.entries && found.confidence == 40)
                #expect(found.findings[0].notes.contains { $0.hasPrefix("no attached program reads the map") })
                #expect(found.findings[0].notes.contains { $0.contains("holds more than the address") })
                #expect(found.hooks.isEmpty && found.yaml.contains("no program that uses the map is attached"))
                // The profile reads the entries; that no program uses the map is the plan's to say.
                let printed = try ProfileReader.profile(fromYAML: found.yaml, file: "printed")
                let plan = try node.plan(.onLink, profile: printed)
                #expect(plan.blocked.contains(Code.noHooks.text))
                #expect(plan.snapshot.maps.first?.entries == pods(node).count)
                #expect(plan.blocker(.mapDeliversNothing) == nil)
            }
        }

        private func key(_ text: String) throws -> Profile.KeyLayout {
            let yaml = """
                name: x
                members: enrolled
                maps: [{pin: a, key: \(text), value: {size: 10, ifindex_offset: 0, destination_mac_offset: 4}}]
                hook: {kind: clsact, direction: ingress}
                contract: {families: [ipv4], protocols: [any]}
                """
            return try ProfileReader.profile(fromYAML: yaml, file: "x").maps[0].key
        }

        @Test func `a map that nobody reads is unlikely, pinned or not`() throws {
            try withNode(pods: 2) { node in
                let entries = pods(node).map { ($0.address.networkBytes, four($0.ifindex) + $0.mac.bytes + [0, 0]) }
                try node.untypedMap("loose", entries)
                let id = try #require(try node.discover(map: "loose").candidates.first?.findings[0].maps[0].id)
                #expect(try node.discover(map: "loose").candidates[0].confidence == 40)
                // Held by a process that loaded it, and by nothing else.
                let held = try node.lab.enter { bpf_map_get_fd_by_id(id) }
                #expect(held >= 0)
                try node.sh("rm \(TestNode.bpffs)/loose")
                let loose = try node.discover(map: String(id), minConfidence: 50)
                #expect(loose.candidates.isEmpty && loose.unlikely.map(\.confidence) == [40])
                close(held)
            }
        }

        /// A table of connections is as true of this node as a map of destinations.
        @Test func `two addresses in the key are a flow, and no destination`() throws {
            try withNode(pods: 4) { node in
                let all = pods(node)
                try node.untypedMap(
                    "flows/table",
                    zip(all, all.dropFirst() + all.prefix(1)).map { pod, other in
                        (
                            pod.address.networkBytes + other.address.networkBytes + [0, 80, 0, 80],
                            four(pod.ifindex) + pod.mac.bytes + [0, 0]
                        )
                    })
                let found = try #require(try node.discover(map: "flows/table").candidates.first)
                #expect(found.findings[0].evidence.agreeing == 4 && found.confidence == 20)
                #expect(found.yaml.contains("the key holds a second address"), "\(found.yaml)")
                #expect(try node.discover(map: "flows/table", minConfidence: 50).candidates.isEmpty)
            }
        }

        @Test func `entries of tenants are checked where their programs are, from the node's namespace`() throws {
            try withNode(.fabric, ipv6: true, tenants: 2) { node in
                let found = try #require(try node.discover(map: "fabric/t1/endpoints4").candidates.first)
                #expect(found.confidence == 100 && found.findings.count == 2 && found.hooks.count == 4)
                for finding in found.findings {
                    #expect(finding.evidence.entries > 0 && finding.evidence.agreeing == finding.evidence.entries)
                }
                #expect(found.yaml.contains("in /run/netns/t1") && found.yaml.contains("in /run/netns/t2"))
                #expect(try node.plan(profile: found.profile).findings.allSatisfy { $0.verdict == .match })
            }
        }

        @Test func `what a run has replaced names the run`() throws {
            try withNode(pods: 2) { node in
                #expect(try node.discover(map: "ambient/app_info").candidates.first?.replacedBy == nil)
                let run = try node.mustApply(try node.plan(.onLink))
                let found = try #require(
                    try node.discover(map: "ambient/app_info", minConfidence: 50).candidates.first)
                #expect(found.replacedBy == run.runID && found.confidence == 100)
                #expect(found.yaml.contains("# Already replaced by run \(run.runID)"), "\(found.yaml)")
                #expect(!found.yaml.contains("there is nothing to replace yet"))
                try node.rollback(run.runID)
                #expect(try node.discover(map: "ambient/app_info").candidates.first?.replacedBy == nil)
            }
        }

        @Test func `maps alike below one directory are one pattern`() throws {
            try withNode(pods: 4) { node in
                let all = pods(node)
                for (name, part) in [("zone-a", all.prefix(2)), ("zone-b", all.suffix(2))] {
                    try node.untypedMap(
                        "fabric/\(name)/endpoints",
                        part.map { ($0.address.networkBytes, four($0.ifindex) + $0.mac.bytes + [0, 0]) })
                }
                let found = try #require(try node.discover(map: "fabric/zone-*/endpoints").candidates.first)
                #expect(found.profile.maps.map(\.pin) == ["fabric/zone-*/endpoints"])
                #expect(found.profile.name == "fabric-zone-endpoints")
                #expect(found.findings[0].maps.count == 2 && found.findings[0].evidence.agreeing == 4)
                let plan = try node.plan(.legacyKeys, profile: found.profile)
                #expect(
                    plan.document.decision.maps.map(\.pin) == ["fabric/zone-a/endpoints", "fabric/zone-b/endpoints"])
                #expect(plan.blocked.contains(Code.noHooks.text))
            }
        }

        @Test func `a decoy is no candidate, and says why`() throws {
            try withNode(pods: 4) { node in
                let counters = pods(node).enumerated().map { index, pod in
                    (pod.address.networkBytes, four(UInt32(index)) + four(pod.ifindex) + four(77))
                }
                try node.untypedMap("decoys/counters", counters)
                try node.untypedMap(
                    "decoys/numbers", (1...40).map { (four($0), four($0) + four($0 * 3) + four(1)) })
                for name in ["counters", "numbers"] {
                    let document = try node.discover(map: "decoys/\(name)")
                    #expect(document.candidates.isEmpty && document.unlikely.isEmpty)
                    #expect(document.others.first?.why.hasPrefix("no entry is a known address") == true)
                }
            }
        }

        @Test func `wrong offsets are an error that names both sizes, or block since nothing makes sense`() throws {
            try withNode(pods: 2) { node in
                var profile = try TestNode.profile()
                profile.maps[0].value.size = 16
                let error = #expect(throws: MigrateError.self) { try node.plan(.onLink, profile: profile) }
                #expect(error?.code == .layout)
                #expect(
                    error?.facts.first?.contains(
                        "its values have 12 bytes, field value.size of ambient/app_info says 16") == true)
                profile = try TestNode.profile()
                profile.maps[0].value.ifindexOffset = 8
                profile.maps[0].value.destinationMACOffset = 0
                let plan = try node.plan(.onLink, profile: profile)
                #expect(plan.blocker(.mapDeliversNothing) != nil)
                #expect(try node.plan(.onLink).blocked == [])
            }
        }

        @Test func `layouts go into the snapshot`() throws {
            try withNode(pods: 1) { node in
                let maps = try node.plan(.onLink).snapshot.maps
                #expect(maps.count == 4 && maps.allSatisfy { $0.layout?.value != nil })
                let hosts = try #require(maps.first { $0.name == "host_ip_info" }?.layout?.value)
                #expect(hosts.members.map(\.typeName) == ["__be32[4]"])
            }
        }
    }
}
