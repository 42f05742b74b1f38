// What is said of each, in preflight and in docs/kernels.md.
extension KernelFeature {
    /// As the kernel calls it.
    public var name: String {
        switch self {
        case .namespaceCookie: "SO_NETNS_COOKIE"
        case .skipNeighbor: "BPF_FIB_LOOKUP_SKIP_NEIGH"
        case .readDevice: "bpf_rdonly_cast"
        case .deviceSet: "BPF_MAP_TYPE_DEVMAP_HASH"
        case .redirectPeer: "bpf_redirect_peer"
        case .tailCall: "bpf_tail_call"
        case .jiffies: "bpf_jiffies64"
        case .compareAndSwap: "BPF_CMPXCHG of 64 bits"
        case .timer: "bpf_timer on CLOCK_BOOTTIME"
        case .tcx: "tcx"
        case .ringBuffer: "BPF_MAP_TYPE_RINGBUF"
        }
    }

    /// What it is for, in a few words.
    public var purpose: String {
        switch self {
        case .namespaceCookie: "namespaces told apart"
        case .skipNeighbor: "FIB lookup without neighbor"
        case .readDevice: "compare link types"
        case .deviceSet: "sets of interfaces"
        case .redirectPeer: "redirect behind a veth"
        case .tailCall: "tail call from a switch"
        case .jiffies: "deadline in a switch"
        case .compareAndSwap: "compare-and-swap of the cell"
        case .timer: "timer of the cell"
        case .tcx: "compare live packets from in front"
        case .ringBuffer: "samples of compared packets"
        }
    }

    /// The Linux release it arrived in. Distributors bring features to older ones, so this is told and never compared.
    public var since: String {
        switch self {
        case .namespaceCookie: "5.14"
        case .skipNeighbor: "6.3"
        case .readDevice: "6.2"
        case .deviceSet: "5.4"
        case .redirectPeer: "5.10"
        case .tailCall: "4.2"
        case .jiffies: "5.6"
        case .compareAndSwap: "5.12"
        case .timer: "5.15"
        case .tcx: "6.6"
        case .ringBuffer: "5.8"
        }
    }

    /// What migrate does where it is missing.
    public var instead: String {
        switch self {
        case .namespaceCookie:
            "migrate does not work: every verb that looks at the node says so (MIG1009), and changes nothing."
        case .skipNeighbor:
            "The classic lookup is used, which says that a neighbor is missing; the packet is redirected all the same, and the kernel resolves."
        case .readDevice:
            "Membership on-link rests on the deny list alone, which then holds every interface that is no pod's; where migrate itself would choose it, that is a blocker (MIG1006), and asked for with --membership on-link a warning (MIG1323)."
        case .deviceSet: "Membership enrolled cannot be had (MIG1006): choose another."
        case .redirectPeer: "Egress peer cannot be had (MIG1006); the default, neigh, does not need it."
        case .tailCall, .jiffies, .compareAndSwap, .timer:
            "There is no switch (MIG1372): hooks are replaced directly and without a confirm window, with --cut direct."
        case .tcx:
            "migrate shadow compares in the slots themselves, as a run in state shadow (MIG1401); hooks at tcx there are none."
        case .ringBuffer: "migrate shadow cannot be had (MIG1403): compare on made packets, with plan --equivalence."
        }
    }

    /// One line on its absence, given why it is absent in the kernel's words.
    ///
    /// A function that is there and still of no use is the verifier's doing, which is another matter than an old kernel.
    public func absence(from release: String, because why: String) -> String {
        self == .readDevice && KernelSymbols.has(name)
            ? "kernel \(release) has \(name) and refuses what is done with it: \(why)"
            : "no \(name): kernel \(release), arrived in \(since)"
    }
}
