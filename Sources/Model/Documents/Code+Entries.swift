/// Blockers and warnings of a plan about destinations, hooks and maps: 1301 to 1340.
extension Code {
    public static let brokenEntries = Code(
        1301, .blocked, "destinations would break",
        "Packets to these addresses arrive today and would not afterwards. See why, one by one (migrate explain ADDRESS), and mend the routes."
    )
    public static let unknownEntries = Code(
        1302, .blocked, "the pod's side of some destinations could not be read",
        "They count as broken unless --accept-unknown is given.")
    public static let forwardingOff = Code(
        1303, .blocked, "forwarding is off on the hook's interface",
        "bpf_fib_lookup refuses while forwarding is disabled on the input interface.")
    public static let packetDependent = Code(
        1304, .blocked, "routing depends on more than the destination",
        "A rule or a multipath route decides by source, mark, ports or hash: the map could not, and no cross-check can settle it."
    )
    public static let doorsDisagree = Code(
        1305, .blocked, "the kernel's two answers differ",
        "bpf_fib_lookup and RTM_GETROUTE name different devices for the same packet.")
    public static let egressHook = Code(
        1306, .blocked, "the legacy program is on an egress hook",
        "A redirect from egress needs another replacement than the one for ingress.")
    public static let unfitFilter = Code(
        1307, .blocked, "a filter cannot be replaced exactly",
        "It is not direct-action, has actions, is offloaded, sits on a shared block, or is classic BPF.")
    public static let membershipUndecided = Code(
        1308, .blocked, "what a map miss meant is not known",
        "The profile says that only enrolled pods are in the map, and nobody alive keeps the map. Choose with --membership."
    )
    public static let neighborTable = Code(
        1309, .blocked, "the neighbor table is too small",
        "The kernel keeps at most gc_thresh3 neighbors over all namespaces; packets to the others are lost.")
    public static let neighborDiffers = Code(
        1310, .blocked, "neighbors with a wrong MAC",
        "The map is right and the kernel's neighbor is not: until the kernel notices (up to a minute) packets would go astray."
    )
    public static let tooManyDenied = Code(
        1311, .blocked, "too many interfaces to deny",
        "The replacement holds at most 256 interfaces that are never redirected to.")
    public static let noHooks = Code(
        1312, .blocked, "no program reads the map",
        "The maps are there, but no attached program uses them: there is nothing to replace.")
    public static let unsupportedHook = Code(
        1313, .blocked, "a legacy program is on a hook of another kind",
        "Programs in clsact and ingress filters and at tcx are replaced, xdp and netkit are not.")
    public static let neighborFailed = Code(
        1314, .blocked, "neighbors in state failed", "The kernel tried to resolve these addresses and nobody answered.")
    public static let verifier = Code(
        1315, .blocked, "the kernel refuses the replacement",
        "The verifier or the loader did not take the program; its words are quoted.")
    public static let widened = Code(
        1316, .done, "more destinations are redirected afterwards",
        "They went through the stack, and so through netfilter, and no longer would.")
    public static let lost = Code(
        1317, .done, "some destinations are no longer redirected",
        "They were redirected by the map and the FIB has no usable answer.")
    public static let alreadyOurs = Code(
        1318, .blocked, "the node is already converted",
        "The replacement of an earlier run is in the slot. Roll that run back first; one that is final stays until the deployment's agent attaches its own program again."
    )
    public static let secondDoorUnanswered = Code(
        1319, .done, "the second answer is missing",
        "RTM_GETROUTE did not answer for some entries; they rest on bpf_fib_lookup alone.")
    public static let equivalenceNotRun = Code(
        1320, .done, "equivalence was not run", "Legacy program and replacement were not compared on the same packets.")
    public static let notObserved = Code(
        1321, .done, "not everything could be seen", "What could not be read is listed; it may hold hooks or pods.")
    public static let commitLasts = Code(
        1322, .done, "a commit lasts until reboot or until the interface is replaced",
        "The agent attaches the legacy program again when the proxy pod changes or the node reboots.")
    public static let withoutDeviceTest = Code(
        1323, .done, "link types cannot be compared on this kernel", "on-link membership rests on the deny list alone.")
    public static let profileContract = Code(
        1324, .blocked, "the legacy program's contract cannot be expressed",
        "The replacement cannot promise what the profile asks for.")

    static let entries: [Code] = [
        brokenEntries, unknownEntries, forwardingOff, packetDependent, doorsDisagree, egressHook, unfitFilter,
        membershipUndecided, neighborTable, neighborDiffers, tooManyDenied, noHooks, unsupportedHook,
        neighborFailed, verifier, widened, lost, alreadyOurs, secondDoorUnanswered, equivalenceNotRun,
        notObserved, commitLasts, withoutDeviceTest, profileContract,
    ]
}
