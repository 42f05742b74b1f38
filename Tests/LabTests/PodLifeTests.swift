import Model
import Testing

@testable import Lab

extension LabSuite {
    @Suite struct PodLife {
        @Test func `a pod is renewed, moved and added by command; the map learns nothing`() throws {
            defer { _ = try? migrateLab("down", "--name", "test-life") }
            try migrateLab("up", "--name", "test-life", "--pods", "2").mustSucceed()
            let before = try LabNode.attach("test-life")
            let entries = try before.entries()
            let renewed = try migrateLab("pod", "renew", "pod1", "--announce", "--name", "test-life").mustSucceed()
            #expect(renewed.stdout.contains("MAC 0e:58:0a:09:00:0b"))
            try migrateLab("pod", "move", "pod2", "--name", "test-life").mustSucceed()
            try migrateLab("pod", "move", "pod2", "--name", "test-life").mustSucceed()
            try migrateLab("pod", "add", "new", "--name", "test-life").mustSucceed()
            try migrateLab("pod", "forget", "plain", "--name", "test-life").mustSucceed()
            #expect(try migrateLab("pod", "add", "new", "--name", "test-life").status == 64)
            let lab = try LabNode.attach("test-life")
            #expect(try lab.entries() == entries)
            let pods = try ["pod1", "pod2", "new"].map(lab.pod)
            #expect(pods[1].interface == "pod2-3")
            #expect(try pods[1].ifindex != before.pod("pod2").ifindex)
            for pod in pods {
                let seen = try lab.run(["ip", "-o", "link", "show", "eth0"], in: pod.name).mustSucceed().stdout
                #expect(seen.contains("\(pod.mac)"))
                let filters = try lab.run(["tc", "filter", "show", "dev", pod.interface, "egress"]).mustSucceed()
                #expect(filters.stdout.contains("app_inbound"), "a new interface comes with the deployment's programs")
            }
            // The kernel was told of the new MAC, and finds the others.
            let neighbor = try lab.run(["ip", "neigh", "show", "\(pods[0].address)"]).mustSucceed().stdout
            #expect(neighbor.contains("\(pods[0].mac)"))
            #expect(try lab.burst(["pod1", "pod2", "new"]).received == 0)
            // They can talk: the way out is there again.
            #expect(try lab.run(["ip", "neigh", "show", "169.254.1.1"], in: "pod1").stdout.contains("PERMANENT"))
        }

        /// Pods of a crowd share a namespace, whose kernel would take any packet for any of them.
        @Test func `in a crowd only what reaches the right pod counts`() throws {
            let lab = try LabNode.forTest(pods: 1, ipv6: false)
            let pods = try lab.addCrowd(2)
            func entry(_ address: LabPod, at place: LabPod) -> LabMapEntry {
                LabMapEntry(address: address.address, ifindex: place.ifindex, mac: place.mac)
            }
            #expect(try lab.burst(["c1", "c2"]).received == 0)
            try lab.setEntry(entry(pods[0], at: pods[0]))
            try lab.setEntry(entry(pods[1], at: pods[0]))
            let ledger = try lab.burst(["c1", "c2"])
            #expect(ledger.flows(of: "c1").allSatisfy { $0.sent > 0 && $0.lost == 0 })
            #expect(ledger.flows(of: "c2").allSatisfy { $0.sent > 0 && $0.received == 0 })
            try lab.setEntry(entry(pods[1], at: pods[1]))
            #expect(try lab.burst(["c1", "c2"]).isClean)
            try lab.down()
        }
    }
}
