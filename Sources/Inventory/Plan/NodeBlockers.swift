import Kernel
import Model

/// What about the machine keeps a plan from being applied, and what it warns of.
enum NodeBlockers {
    static func find(
        options: PlanOptions, features: RedirectFeatures, membership: Membership
    ) -> [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        let isHosts = options.bpffs.isHosts()
        if isHosts != true && !options.privateBPFFS {
            let what = isHosts == nil ? "cannot be compared with the one" : "is not the one"
            found.append(
                .init(
                    .privateBPFFS, "\(options.bpffs.path) \(what) that process 1 sees at /sys/fs/bpf",
                    remedy: "Mount the host's bpffs here, or, in a lab:  migrate plan --private-bpffs"))
        }
        if membership == .onLink && !features.readsDevice && options.membership == nil {
            found.append(
                .init(
                    .kernelFeature, "link types cannot be compared here: \(features.reasons.joined(separator: "; "))",
                    remedy:
                        "Rest on the deny list alone:  migrate plan --membership on-link; or keep the keys:  migrate plan --membership legacy-keys"
                ))
        }
        return found
    }

    static func warnings(_ survey: Survey, features: RedirectFeatures, options: PlanOptions) -> [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        if !features.readsDevice {
            found.append(
                .init(
                    .withoutDeviceTest, features.reasons.joined(separator: "; "),
                    remedy: "Nothing to do; the deny list is in the plan."))
        }
        if !survey.snapshot.unobserved.isEmpty {
            let first = survey.snapshot.unobserved[0]
            found.append(
                .init(
                    .notObserved,
                    "\(survey.snapshot.unobserved.count) not readable, first: \(first.what): \(first.why)",
                    remedy: "See all of it, under unobserved:  migrate plan --no-save -o json"))
        }
        let contract = survey.profile.contract
        if contract.mark == nil && contract.controlBlock == nil && !BuiltInProfiles.contain(survey.profile) {
            found.append(
                .init(
                    .unmarkedContract,
                    "profile \(survey.profile.name) says that a redirected packet gets neither skb->mark nor skb->cb",
                    remedy: "See what the legacy programs store, then say it in the profile:  migrate discover"))
        }
        if !options.equivalence {
            found.append(
                .init(
                    .equivalenceNotRun, "no test packets were run through legacy program and replacement",
                    remedy: "Compare them:  migrate plan --equivalence"))
        }
        found.append(
            .init(
                .commitLasts, "a commit lasts until the node reboots or the hook's interface is replaced",
                remedy: "Look after a reboot or when the proxy pod changes:  migrate status"))
        return found
    }

    static func membershipWarnings(_ membership: PlanDocument.MembershipSection) -> [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        if membership.widenedTotal > 0 {
            found.append(
                .init(
                    .widened, "\(membership.widenedTotal.of("destination", "skips", "skip")) netfilter afterwards",
                    remedy: "Keep them out:  migrate plan --membership legacy-keys"))
        }
        if membership.lostTotal > 0 {
            found.append(
                .init(
                    .lost, "\(membership.lostTotal.of("destination", "is", "are")) redirected only today",
                    remedy: "See them, under membership.lost:  migrate plan --no-save -o json"))
        }
        return found
    }
}
