import Model
import Testing

@testable import Lab

extension Node {
    func explain(
        _ address: some CustomStringConvertible, _ more: String..., exit: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ExplanationDocument {
        let result = try run(try words(["explain", "\(address)", "-o", "json"] + more))
        expect(result, exit: exit, code: nil, sourceLocation: sourceLocation)
        return try JSON.decode(ExplanationDocument.self, from: Array(result.stdout.utf8))
    }
}

extension Node {
    /// The pod, whose neighbors neither grow stale nor are collected while a busy machine runs the test.
    fileprivate func steady(_ name: String) throws -> LabPod {
        let pod = try lab.pod(name)
        for address in [pod.address, pod.ipv6].compactMap(\.self) {
            try sh("ip neigh replace \(address) lladdr \(pod.mac) dev \(pod.interface) nud permanent")
        }
        return pod
    }
}

extension ExplanationDocument {
    /// `redirected pod1`, `stack gateway`, … of a program, at the only place there is.
    func fate(_ membership: Membership?) throws -> String {
        try #require(places.count == 1, "\(places)")
        let program = try #require(places[0].programs.first { $0.membership == membership })
        return "\(program.fate.rawValue) \(program.fate == .redirected ? program.interface ?? "?" : program.outcome)"
    }

    var judged: String { "\(verdict?.rawValue ?? "none")/\(effect?.rawValue ?? "none")" }
}

extension MigrateSuite {
    /// One address at a time, on the lab's node.
    @Suite struct Explaining {
        @Test func `entries of every sort, and what each program does with a packet to them`() throws {
            try withNode(faults: true) { node in
                let pod = try node.steady("pod1")
                let healthy = try node.explain(pod.address)
                #expect(healthy.judged == "match/same")
                #expect(try healthy.fate(nil) == "redirected pod1" && healthy.fate(.onLink) == "redirected pod1")
                #expect(try healthy.fate(.legacyKeys) == "redirected pod1")
                #expect(healthy.holders.map(\.path) == ["/run/netns/pod1"])
                let entry = try #require(healthy.maps.first?.entries.first)
                #expect(
                    entry.key == pod.address.networkBytes.hex && entry.ifindex == pod.ifindex && entry.mac == pod.mac)
                #expect(entry.macHolders.map(\.path) == ["/run/netns/pod1"])
                let kernel = healthy.places[0].kernel
                #expect(kernel.rule?.text == "from all lookup main" && kernel.rule?.priority == 32766)
                #expect(kernel.route?.prefix.description == "\(pod.address)/32" && kernel.route?.scope == "link")
                #expect(kernel.route?.protocol == "boot" && kernel.route?.table == "main" && kernel.getroute == "route")
                #expect(kernel.neighbor?.mac == pod.mac && kernel.fib?.lookup == "success")
                #expect(kernel.device?.kind == "veth" && kernel.device?.peer?.mac == pod.mac)
                #expect(kernel.device?.peer?.addresses.contains(pod.address) == true)
                #expect(healthy.places[0].hooks.map(\.title) == ["hz clsact/ingress"] && healthy.attached.isEmpty)

                let stale = try node.explain(try node.lab.pod("stale").address)
                #expect(stale.judged == "stale-interface/healed" && stale.places[0].legacy?.interface == nil)
                #expect(try stale.fate(nil) == "dropped hit" && stale.fate(.onLink) == "redirected stale")
                let wrong = try node.explain(try node.lab.pod("wrong-mac").address)
                #expect(wrong.judged == "mac-mismatch/healed")
                #expect(wrong.maps.first?.entries.first?.macHolders.isEmpty == true)
                let idle = try node.explain(try node.lab.pod("idle").address)
                #expect(idle.judged == "unresolved-neighbor/same" && idle.places[0].kernel.neighbor?.state == "none")
                let broken = try node.explain(try node.lab.pod("broken").address)
                #expect(broken.judged == "via-gateway/broken")
                #expect(try broken.fate(.onLink) == "stack gateway" && broken.fate(.legacyKeys) == "dropped gateway")
                // Everything here is what plan says.
                let plan = try node.document(try node.plan(exit: 10))
                for document in [stale, wrong, idle, broken] {
                    let finding = try #require(plan.entries.first { $0.address == document.address })
                    #expect(document.judged == "\(finding.verdict.rawValue)/\(finding.effect.rawValue)")
                    #expect(document.note == finding.note)
                }
            }
        }

        @Test func `addresses that no map holds`() throws {
            try withNode { node in
                let plain = try node.explain(try node.lab.pod("plain").address)
                #expect(plain.judged == "none/none" && plain.maps.first?.isKey == false)
                #expect(try plain.fate(nil) == "stack miss" && plain.fate(.onLink) == "redirected plain")
                #expect(try plain.fate(.legacyKeys) == "stack not_member")
                let unknown = try node.explain("203.0.113.9")
                #expect(unknown.reason.contains("nothing of this node") && unknown.holders.isEmpty)
                #expect(try unknown.fate(nil) == "stack miss" && unknown.fate(.onLink) == "stack gateway")
                #expect(unknown.places[0].kernel.route?.gateway?.description == "192.0.2.1")
                // The gateway itself is on the link, behind a veth that is no pod's.
                let gateway = try node.explain("192.0.2.1")
                #expect(try gateway.fate(.onLink) == "stack device_denied")
                #expect(gateway.places[0].kernel.device?.denied == "carries a gateway route")
                let own = try node.explain("192.0.2.10")
                #expect(try own.fate(.onLink) == "stack fib_miss" && own.reason.contains("The node itself"))
                #expect(own.places[0].kernel.route?.type == "local" && own.places[0].kernel.rule?.priority == 0)
                let group = try node.explain("224.0.0.5")
                #expect(try group.fate(.onLink) == "stack not_unicast")
                let six = try node.explain(try #require(try node.lab.pod("pod1").ipv6))
                #expect(six.maps.isEmpty)
                #expect(try six.fate(nil) == "stack not_eligible" && six.fate(.onLink) == "stack not_eligible")
            }
        }

        @Test func `after apply it says what is attached and that the map is no longer asked`() throws {
            for membership in [Membership.onLink, .legacyKeys] {
                try withNode(pods: 1) { node in
                    let address = try node.steady("pod1").address
                    let before = try node.explain(address)
                    let run = try node.apply(try node.plan(membership: membership))
                    let after = try node.explain(address)
                    #expect(after.attached.count == 1 && after.judged == before.judged)
                    #expect(after.places.map(\.kernel) == before.places.map(\.kernel))
                    #expect(after.places[0].hooks[0].isOurs)
                    #expect(after.places[0].hooks[0].program?.id == run.hooks[0].after?.id)
                    #expect(after.places[0].programs.filter(\.isAttached).map(\.membership) == [membership])
                    #expect(try after.fate(nil) == "redirected pod1" && after.next?.command.contains("status") == true)
                    let text = try node.migrate("explain", "\(address)").stdout
                    let isAsked = text.contains("asked whether the address is a key")
                    #expect(isAsked == (membership == .legacyKeys), "\(text)")
                    // Without the database the pins still say which map it was.
                    let other = try node.run([
                        try Programs.migrate, "explain", "\(address)", "--private-bpffs", "--db",
                        "\(node.scratch)/none/migrate.db", "-o", "json",
                    ])
                    let unrecorded = try JSON.decode(ExplanationDocument.self, from: Array(other.stdout.utf8))
                    #expect(unrecorded.places == after.places, "\(other)")
                    // Nor does one that cannot be read keep anybody from asking.
                    try node.sh("chmod 777 \(node.scratch)/state")
                    let unreadable = try node.explain(address)
                    #expect(unreadable.places == after.places)
                    #expect(unreadable.unobserved.contains { $0.why.contains(Code.badStateDirectory.text) })
                    try node.sh("chmod 700 \(node.scratch)/state")
                    try node.rollback()
                    let back = try node.explain(address)
                    #expect(back.places == before.places && back.attached.isEmpty)
                }
            }
        }

        @Test func `what is attached has the deny list of its run, a plan of now another`() throws {
            try withNode(pods: 1) { node in
                let address = try node.lab.pod("pod1").address
                try node.apply(try node.plan())
                // Now pod1 leads to a gateway, and a plan would deny it.
                try node.sh("ip route add 198.51.100.0/24 via \(address) dev pod1 onlink")
                let document = try node.explain(address)
                #expect(try document.fate(.onLink) == "redirected pod1")
                #expect(try document.fate(.legacyKeys) == "dropped device_denied")
                #expect(document.places[0].kernel.device?.denied == "carries a gateway route")
                try node.rollback()
            }
        }

        @Test func `a map that no attached program reads`() throws {
            try withNode(pods: 1) { node in
                try node.sh("tc filter del dev hz ingress")
                let address = try node.lab.pod("pod1").address
                let document = try node.explain(address)
                #expect(document.maps.first?.isKey == true && document.maps.first?.readBy == [])
                #expect(document.verdict == nil && document.places.map(\.hooks.count) == [0])
                #expect(document.reason.hasPrefix("A map holds it, and no attached program reads that map."))
                #expect(document.places[0].kernel.route?.interface == "pod1")
            }
        }

        @Test func `both families of a fabric, and a hook for every pod`() throws {
            try withNode(.fabric, pods: 3) { node in
                let profile = try Programs.root + "/docs/examples/fabric.yaml"
                let pod = try node.steady("pod1")
                for address in [pod.address, try #require(pod.ipv6)] {
                    let document = try node.explain(address, "--profile", profile)
                    #expect(document.judged == "match/same")
                    let family = address.family == .ipv4 ? "endpoints4" : "endpoints6"
                    #expect(document.maps.map(\.name) == [family] && document.maps[0].readBy.count == 3)
                    #expect(document.maps[0].entries.first?.sourceMAC != nil)
                    // At the pod's own hook the packet would leave where it came in; the others are alike.
                    let own = try #require(document.places.first { $0.hooks.contains { $0.interface == "pod1" } })
                    let others = try #require(document.places.first { $0.hooks.contains { $0.interface == "pod2" } })
                    #expect(document.places.count == 2 && others.hooks.map(\.interface) == ["pod2", "pod3"])
                    #expect(own.programs.contains { $0.outcome == "same_device" })
                    #expect(others.programs.allSatisfy { $0.fate == .redirected && $0.interface == "pod1" })
                    let source = try #require(others.hooks[0].source)
                    #expect(source.family == address.family)
                }
                let text = try node.migrate("explain", "\(pod.address)", "--profile", profile).stdout
                let next = try #require(node.command(after: "judge every entry:", in: text))
                #expect(next.contains("--profile \(profile)") && next.contains("--db \(node.database)"), "\(next)")
                #expect(next.contains("--private-bpffs"))
                try node.shell(next)
            }
        }

        @Test func `a rule that looks at the packet, and a route that refuses`() throws {
            try withNode(pods: 1) { node in
                let address = try node.lab.pod("pod1").address
                try node.sh("ip rule add priority 100 fwmark 1 lookup 77")
                let marked = try node.explain(address)
                #expect(marked.judged == "depends-on-packet/same")
                let kernel = marked.places[0].kernel
                #expect(kernel.packetRule?.priority == 100 && kernel.rule?.priority == 32766)
                #expect(kernel.packetRule?.text.contains("fwmark 0x1") == true)
                try node.sh("ip rule del priority 100; ip route del \(address); ip route add blackhole \(address)")
                let refused = try node.explain(address)
                #expect(refused.judged == "unreachable/broken" && refused.places[0].kernel.route == nil)
                #expect(refused.places[0].kernel.getroute.contains("EINVAL"))
                #expect(try refused.fate(.legacyKeys) == "dropped fib_miss")
            }
        }

        @Test func `without a deployment the kernel is asked all the same, and the exit code says so`() throws {
            try withNode(.fabric) { node in
                let address = try node.lab.pod("pod1").address
                let document = try node.explain(address, exit: 69)
                #expect(document.profile == nil && document.maps.isEmpty && document.places.count == 1)
                #expect(document.places[0].hooks.isEmpty && document.places[0].programs.isEmpty)
                #expect(document.places[0].kernel.route?.interface == "pod1")
                #expect(document.places[0].kernel.device?.peer?.path == "/run/netns/pod1")
                let text = try node.migrate("explain", "\(address)", exit: 69, code: .notHere)
                #expect(text.stdout.contains("For a packet of the node itself"), "\(text)")
                try node.refuses("explain", "\(address)", "--profile", "none", exit: 78, code: .badProfile)
            }
        }

        @Test func `no path of a process of its own is shown or stored for the node's namespace`() throws {
            try withNode(pods: 1) { node in
                let path = try node.plan()
                let texts = [
                    try TextFile.read(path), try node.migrate("explain", "10.9.0.11").stdout,
                    try node.migrate("explain", "10.9.0.11", "-o", "json").stdout,
                    try node.sh("sqlite3 \(node.database) .dump"),
                ]
                for text in texts { #expect(!text.contains("thread-self") && !text.contains("/proc/self")) }
                #expect(texts[1].contains("the namespace the command runs in"))
            }
        }
    }
}
