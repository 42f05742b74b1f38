import Audit
import Model
import ModelSamples
import Testing

/// Whole texts, to be read as an operator reads them.
@Suite struct GoldenTests {
    @Test func `a plan with a blocker`() throws {
        let plan = try Sample.plan(blocked: true)
        // The id changes with every word of the built-in profile.
        let id = Identifier.short(plan.planID)
        #expect(
            PlanText.render(plan) == """
                Plan \(id) for node worker-7, made 2026-02-03 04:05:06 UTC
                  kernel       6.1.0-18-amd64
                  profile      istio-ambient
                  snapshot     s-3f9c1a2b4d5e
                  map          ambient/app_info (id 41, hash): 2 of 1024 entries
                               held writable by install-cni (pid 812); held read-only by bpftool (pid 4411); 3 keys changed in 0.4 s
                  membership   legacy-keys: install-cni (pid 812) keeps the map
                  filters      nftables inet firewall/fwd (forward): skipped by what is redirected today
                  egress       neigh
                  cut          switch: one store flips all 2 hooks; unconfirmed, the kernel itself takes it back
                               flips with all others by one store; the slot: a second writer is detected, not excluded
                  equivalence  not run

                Hooks (~ replaced in place, = kept, ! not ours):
                ~ hz                                  clsact/ingress  program 168 app_redirect (tag 646f99559a3b1c2d)
                    prio 49152 handle 0x1 chain 0 proto all; reads app_info
                ~ hz2                                 clsact/ingress  program 168 app_redirect (tag 646f99559a3b1c2d)
                    prio 49152 handle 0x1 chain 0 proto all; reads app_info
                = eth0                                clsact/ingress  program 171 ztunnel_host (tag 1122334455667788)
                    prio 49152 handle 0x1 chain 0 proto all; sends to the proxy
                ! eth0 in netns 18446744073709551609  clsact/egress   program 90 cil_to_netdev (tag 0badc0de0badc0de)
                    prio 1 handle 0x1 chain 0 proto ip; Cilium's
                ! hz                                  xdp/ingress     program 77 xdp_guard (tag 00112233aabbccdd)
                    native, link 31; reads none of the profile's maps; pinned at /sys/fs/bpf/guard/link; held by guardd (pid 1203)

                Steps:
                  1. pin the legacy programs
                  2. replace 2 programs in place
                  3. check every hook

                Entries (131):
                  verdict               effect
                  match            129  same    129  delivered today and afterwards
                  via-gateway        1  healed    1  lost today, delivered afterwards
                  stale-interface    1  broken    1  delivered today, lost afterwards

                via-gateway (1):
                  address    the map says                   the kernel says                effect
                  10.9.4.18  veth77 (32) 02:00:00:00:00:13  eth0 (3) via 192.0.2.1 no MAC  broken

                stale-interface (1):
                  address    the map says                 the kernel says                  effect  note
                  10.9.4.17  gone (31) 02:00:00:00:00:11  veth9a1c (44) 02:00:00:00:00:12  healed  the pod was made anew

                Widened (1): go through the stack and netfilter today, redirected afterwards
                  10.9.4.30  veth30  second address of pod 10.9.0.4

                By hand, should this program be gone:
                  tc filter replace dev hz ingress prio 49152 handle 0x1 bpf da object-pinned /sys/fs/bpf/migrate/RUN/legacy_0

                Not seen:
                  namespace of pid 77: the process ended

                Warnings (1):
                  MIG1320  legacy program and replacement were not compared on packets
                           → migrate plan --equivalence

                Blockers (1):
                  MIG1301  1 destination would break: 10.9.4.18
                           → ip route replace 10.9.4.18/32 dev veth77

                Blocked by MIG1301; nothing was changed.
                  See what it means:  migrate explain MIG1301

                """)
    }

    @Test func `a run rolled back`() throws {
        let plan = try Sample.plan()
        let id = Identifier.short(plan.planID)
        #expect(
            RunText.render(Sample.rolledBack(planID: plan.planID)) == """
                Run r-77aa88bb99cc of plan \(id)

                Hooks (~ ours is in the slot, = as before):
                = hz   clsact/ingress  program 168 app_redirect (tag 646f99559a3b1c2d)
                    prio 49152 handle 0x1 chain 0 proto all; one netlink message, no packet without a program
                = hz2  clsact/ingress  program 168 app_redirect (tag 646f99559a3b1c2d)
                    prio 49152 handle 0x1 chain 0 proto all; one netlink message, no packet without a program

                Took:
                  pin 850 µs, replace 12.4 ms, rollback 3.2 s

                Proof:
                  identical: every hook, attribute by attribute; nothing of the run is left
                    changed by others: veth9a1c: filter added by another program

                Warnings (1):
                  the interface hz2 went away and came back

                Rolled back (a step failed): 2 hooks as before, proven identical.
                  Read all of it:  migrate report r-77aa88bb99cc

                """)
    }
}
