/// The same about profiles, membership, egress, filters and programs: from 1341.
extension Code {
    public static let mapNearlyFull = Code(
        1341, .done, "the legacy map is nearly full",
        "At least 90 % of max_entries are in use: a pod that comes next may not get in, and is then black-holed.")
    public static let foreignWriter = Code(
        1342, .done, "somebody else may write the legacy map",
        "A process that is none of the profile's writers holds a writable descriptor of it.")
    public static let filtersSkipped = Code(
        1343, .done, "packet filters are skipped",
        "Under on-link every redirected packet skips what sees it on the forward path today, unless it is a key of the map."
    )
    public static let bridgePort = Code(
        1344, .done, "a hook sits on a bridge port",
        "Packets that the bridge would forward are looked up in the FIB as if they had come in through the port.")
    public static let networkPrefixes = Code(
        1345, .blocked, "map entries stand for networks",
        "An LPM trie holds prefixes shorter or longer than one address; the cross-check judges single destinations.")
    public static let keyRemainder = Code(
        1346, .blocked, "keys hold more than an address",
        "legacy-keys asks for a key that is zero but for the address, and would not find these.")
    public static let addressesNotHere = Code(
        1347, .blocked, "no destination of a map is on this node",
        "Either the map is dead or the profile reads its keys wrongly. Blocks under a profile of one's own."
    )
    public static let mapDeliversNothing = Code(
        1348, .blocked, "a map delivers to none of its destinations",
        "Either every entry is stale or the profile reads interface and MAC at the wrong place. Blocks under a profile of one's own."
    )
    public static let sourceMACDiffers = Code(
        1349, .done, "the source MAC changes",
        "The legacy program writes the map's source MAC, the replacement that of the device a packet leaves by.")
    public static let unmarkedContract = Code(
        1350, .done, "the contract marks no packet",
        "A program further on may tell redirected packets by skb->mark or skb->cb; a map does not show whether one is set."
    )
    public static let missingMap = Code(
        1351, .blocked, "a map of the profile is not there",
        "Nothing is pinned or named as the profile says; its destinations were not cross-checked, and the program may read them."
    )
    public static let otherPlace = Code(
        1352, .done, "legacy programs sit elsewhere than the profile says",
        "They are found by the maps that they read; the profile's hook says where they are expected.")
    public static let setNotKept = Code(
        1357, .blocked, "nobody keeps the set of enrolled interfaces",
        "Under membership enrolled a pod that comes later, or moves, is redirected only once its interface is in the set. It goes through the stack until then, where a program of the deployment on its interface may let in only what the map delivers. Accept that with --static-set."
    )
    public static let setIsStatic = Code(
        1358, .done, "the set of enrolled interfaces is made once",
        "Pods that come later, or move, go through the stack, where a program of the deployment on their interface may let in only what the map delivers: such pods get nothing. The kernel takes out interfaces that go. `migrate status` tells what is left, and which members are outside."
    )
    public static let peerSkips = Code(
        1359, .blocked, "egress peer would skip something",
        "bpf_redirect_peer puts packets behind the veth: what sits at its host side's egress, or runs in its driver, no longer sees them."
    )
    public static let peerUnfit = Code(
        1360, .blocked, "egress peer cannot reach a destination",
        "bpf_redirect_peer works from ingress only, and only into a veth or netkit device whose other end is in another namespace."
    )
    public static let peerUnwatched = Code(
        1361, .done, "egress peer passes the host side of the veths by",
        "Packets arrive with the MAC addresses they came with, unseen by captures and counters there; what is attached there later is skipped."
    )
    public static let tailCallsUnbounded = Code(
        1364, .done, "a legacy program's tail calls have no known end",
        "A call of the switch counts as one of the 33 that the kernel takes for a packet. A chain that uses all of them would end one call earlier behind a switch."
    )
    public static let equivalenceDiffers = Code(
        1365, .blocked, "the replacement treats packets differently",
        "Run on the same packets, legacy program and replacement differ where neither docs/datapath.md nor the plan's entries explain it."
    )
    public static let equivalenceRefused = Code(
        1366, .done, "the programs could not be compared on packets",
        "A helper, kfunc or map of the legacy program may have side effects, or could not be told; so it was not run.")
    public static let equivalenceMapChanged = Code(
        1367, .done, "a map changed while packets were compared",
        "Its writer was at work. A packet whose entry changed between the two runs may show as a difference.")
    public static let equivalenceDiffered = Code(
        1368, .blocked, "the plan that was approved shows differences",
        "Its equivalence run found packets that the replacement treats differently. apply does not run it again.")
    public static let genericXDP = Code(
        1369, .blocked, "generic XDP would see what it does not see today",
        "The kernel passes generic XDP over for packets of bpf_redirect, and runs it for those of egress neigh and peer: it may drop them."
    )
    public static let healedSkip = Code(
        1370, .done, "entries that deliver only afterwards skip packet filters",
        "A stale key's address may belong to a pod that is not enrolled, whose packets the filters see today; keys say nothing of that."
    )
    public static let tailCallRefused = Code(
        1371, .blocked, "a legacy program cannot be tail-called",
        "A switch goes on into the legacy program by a tail call, and the kernel refuses it; its words are quoted. With --cut direct the program is replaced in place instead: no confirm window, so apply needs --confirm-within none; hooks change one after the other, and nothing takes them back by itself."
    )
    public static let noSwitch = Code(
        1372, .blocked, "this kernel does not take the switch",
        "The switch, its cell or the program that changes the cell was tried and refused: bpf_timer (5.15), a 64-bit compare-and-swap (5.12) or bpf_jiffies64 (5.6) is missing, or the verifier's words are quoted. --cut direct does without."
    )
    public static let directCut = Code(
        1373, .done, "hooks are replaced directly",
        "With --cut direct each program is replaced in place, one after the other. Until the last one is, some packets meet the old program and some the new one. There is no confirm window: what was replaced stays until somebody takes it back."
    )
    public static let tailCallsTooDeep = Code(
        1374, .blocked, "a legacy program needs all tail calls that there are",
        "The kernel takes 33 tail calls for a packet, and the call of the switch is one of them: the program's longest chain would end early. --cut direct does without the switch."
    )
    public static let fellForward = Code(
        1375, .drift, "packets fell forward",
        "A switch could not hand packets to the legacy program, and took the replacement for them: its slot is empty, or the chain of tail calls is too long. What the legacy program alone would do is not done for them."
    )
    public static let cellUnread = Code(
        1376, .drift, "the cell of a run cannot be read",
        "Which program packets take is then not known; the state shown is the journal's. The deadline holds all the same: the switches see to it."
    )
    public static let stillLoaded = Code(
        1377, .drift, "a program of a run that is over is still loaded",
        "The run's hooks and pins hold it no more; a descriptor, a pin or a hook that was not found does. The kernel frees it when that goes."
    )
    public static let podNotReached = Code(
        1378, .done, "pods that are here get no packets",
        "A namespace holds the address, and neither the map nor the kernel's routes lead to it, as when its interface is down. Once that is up again, the map leads there at once, and a replacement when the routes are back."
    )

    static let programs: [Code] = [
        mapNearlyFull, foreignWriter, filtersSkipped, bridgePort, networkPrefixes, keyRemainder,
        addressesNotHere, mapDeliversNothing, sourceMACDiffers, unmarkedContract, missingMap, otherPlace,
        setNotKept, setIsStatic, peerSkips, peerUnfit, peerUnwatched, tailCallsUnbounded, equivalenceDiffers,
        equivalenceRefused, equivalenceMapChanged, equivalenceDiffered, genericXDP, healedSkip, tailCallRefused,
        noSwitch, directCut, tailCallsTooDeep, fellForward, cellUnread, stillLoaded, podNotReached,
    ]
}
