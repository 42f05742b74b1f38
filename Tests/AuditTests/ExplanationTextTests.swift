import Audit
import Foundation
import Model
import ModelSamples
import Testing

@Suite struct ExplanationTextTests {
    @Test func `a stale entry, with the legacy program in its slot`() throws {
        #expect(
            ExplanationText.render(try Sample.explanation()) == """
                10.9.4.17 on node worker-7
                  held by    eth0 in /run/netns/pod17
                  profile    istio-ambient
                  namespace  /proc/1/ns/net

                Map ambient/app_info (id 41, hash, 131 entries) holds it:
                  key      0a090411
                  value    1f0000000200000000110000
                  says     ifindex 31, which is gone, MAC 02:00:00:00:00:11
                           02:00:00:00:00:11 is nobody's MAC here today
                  read by  hz clsact/ingress

                At hz clsact/ingress: program 168 app_redirect (tag 646f99559a3b1c2d), a packet from 10.9.0.2:
                  rule          32766: from all lookup main
                  rule before   100: from all fwmark 0x1 lookup 7
                  route         10.9.4.17/32 dev veth9a1c table main scope link proto boot
                  neighbor      10.9.4.17 02:00:00:00:00:12 stale
                  device        veth9a1c (ifindex 44), veth, up
                  other end     eth0 in /run/netns/pod17 (10.9.4.17), MAC 02:00:00:00:00:12
                  FIB helper    success: veth9a1c, next hop 10.9.4.17, MAC 02:00:00:00:00:12
                  RTM_GETROUTE  unicast: veth9a1c
                  verdict       stale-interface, healed; neighbor is stale

                  What becomes of a packet to it there (* attached now):
                  * legacy program            dropped                                 the map says ifindex 31, and that interface is gone
                    replacement, on-link      redirected  veth9a1c 02:00:00:00:00:12  it is its own next hop on veth9a1c
                    replacement, legacy-keys  redirected  veth9a1c 02:00:00:00:00:12  it is its own next hop on veth9a1c

                Not seen:
                  network namespace /proc/77/ns/net: Permission denied

                stale-interface, healed: The map says ifindex 31, which is gone.
                Note: neighbor is stale.
                  judge every entry:  migrate plan
                  the newest plan:  migrate show p-3f9c1a2b4d5e

                """)
    }

    @Test(arguments: [
        (Membership.onLink, "The maps are no longer asked; what they hold decides nothing."),
        (.legacyKeys, "The maps are asked whether the address is a key; what they say of it is no longer believed."),
    ])
    func `after apply the text says who is asked now`(membership: Membership, said: String) throws {
        let text = ExplanationText.render(try Sample.explanation(attached: membership))
        #expect(
            text.contains(
                "\nAttached now (a run's replacement):\n  hz clsact/ingress: program 203 (fib_redirect)\n  \(said)\n"))
        #expect(text.contains("\n  * replacement, \(membership.rawValue) "))
        #expect(text.components(separatedBy: "\n  * ").count == 2, "one program is attached")
        #expect(text.contains("  read by  no attached program\n"))
    }

    @Test func `without a deployment the kernel's answer is left`() throws {
        #expect(
            ExplanationText.render(try Sample.kernelExplanation()) == """
                203.0.113.9 on node worker-7
                  held by    nobody that could be seen here
                  profile    none whose maps are on this node
                  namespace  /proc/1/ns/net

                For a packet of the node itself (no hook was asked):
                  rule          32766: from all lookup main
                  route         default via 192.0.2.1 dev eth0 table main scope global proto dhcp metric 100
                  neighbor      192.0.2.1: none yet
                  device        eth0 (ifindex 2), up, a port of br0 (bridge)
                  RTM_GETROUTE  unicast: eth0, next hop 192.0.2.1

                It is nothing of this node: the kernel sends it to 192.0.2.1 on eth0.
                  look for a deployment:  migrate discover

                """)
    }

    @Test func `a namespace without a path is the one the command runs in`() throws {
        var document = try Sample.explanation()
        document.node.netns.path = nil
        #expect(ExplanationText.render(document).contains("  namespace  the namespace the command runs in\n"))
    }

    @Test func `a document comes back as it was written`() throws {
        for document in [
            try Sample.explanation(), try Sample.explanation(attached: .onLink), try Sample.kernelExplanation(),
        ] {
            let written = try JSON.canonical(document)
            #expect(try JSON.decode(ExplanationDocument.self, from: written) == document)
            let text = String(decoding: written, as: UTF8.self)
            #expect(text.contains(#""format_version":"1.0""#) && text.contains(#""kind":"explanation""#))
        }
    }
}
