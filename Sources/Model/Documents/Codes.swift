/// The catalogue of codes. A number once given keeps its meaning.
extension Code {
    // 10xx: this machine.
    public static let needsRoot = Code(
        1001, .permission, "root is needed",
        "Listing BPF objects needs CAP_SYS_ADMIN, loading programs CAP_BPF and CAP_NET_ADMIN. Run it as root.")
    public static let noBPFFS = Code(
        1002, .blocked, "no bpffs is mounted",
        "Pinned maps are reached through a BPF file system. Mount it (mount -t bpf bpf /sys/fs/bpf), or name it with --bpffs."
    )
    public static let privateBPFFS = Code(
        1003, .blocked, "this bpffs is not the host's",
        "Pins in a container's own bpffs go away with the container, and rollback with them. Mount the host's bpffs, or, if it is meant so, say --private-bpffs."
    )
    public static let notHere = Code(
        1004, .notHere, "this deployment is not on this node",
        "None of the maps that the profile names, by pin or by name, exists.")
    public static let layout = Code(
        1005, .badInput, "a map does not fit the profile",
        "Type, key size or value size of a pinned map differ from what the profile says. Nothing of it is believed.")
    public static let kernelFeature = Code(
        1006, .blocked, "the kernel lacks a feature", "A feature the replacement needs was probed and is not there.")
    public static let noMachineID = Code(
        1007, .refused, "the machine id cannot be read",
        "Without /etc/machine-id a plan cannot be tied to this machine. In a container, mount the host's file.")
    public static let hookVanished = Code(
        1008, .stale, "a hook is gone", "The interface, qdisc or filter that the plan saw is no longer there.")
    public static let kernelRead = Code(
        1009, .blocked, "the kernel could not be read",
        "A read from the kernel failed or came back damaged. Nothing was decided on it.")
    public static let nothingFound = Code(
        1015, .notHere, "no map of this pattern was found",
        "No map of this machine holds addresses whose values are live interfaces and MACs of this node, or none with the confidence asked for."
    )
    public static let noAddress = Code(
        1016, .usage, "this is no single address",
        "explain takes one IPv4 or IPv6 address, or a code. Networks and names are not looked up.")

    public static let badTimeSpan = Code(
        1017, .usage, "this is no span of time",
        "A number with its unit (s, m, h, d), or several from the largest on: 90s, 10m, 1h30m. From 1s to 30d; --confirm-within takes none as well."
    )
    public static let notApproved = Code(
        1018, .refused, "the plan was not approved",
        "The first six characters of the plan's id were asked for on the terminal, and something else was typed.")

    // 11xx: plans.
    public static let stalePlan = Code(
        1101, .stale, "the plan is stale",
        "The node no longer asks for the decision that was approved. Make a new plan and compare.")
    public static let editedPlan = Code(
        1102, .badInput, "the plan file was edited",
        "Its digest or its id does not fit its contents. A plan is evidence of what was approved; make a new one.")
    public static let otherNode = Code(
        1103, .refused, "the plan is of another node", "Node name or machine id of the plan are not this machine's.")
    public static let otherBoot = Code(
        1104, .stale, "the plan is from before a reboot",
        "Program ids and namespaces do not survive a boot. Make a new plan.")
    public static let otherVersion = Code(
        1105, .badInput, "the document is of another version",
        "Its format version or its kind is not one this program reads.")
    public static let unreadablePlan = Code(
        1106, .badInput, "the plan cannot be read", "The file is missing, not JSON, or not a plan.")
    public static let unknownID = Code(
        1107, .badInput, "nothing has this id",
        "No plan, run or snapshot in the database has this id, or more than one begins with it.")
    public static let wrongNode = Code(
        1108, .refused, "--node names another machine",
        "--node is a guard, not a target: the command acts on the machine it runs on.")

    // 12xx: runs.
    public static let anotherRun = Code(
        1201, .anotherRun, "another run is open", "One run at a time. Roll it back or finish it first.")
    public static let unknownRun = Code(
        1202, .anotherRun, "there are pins of a run the database does not know",
        "Another database, or none, was in use. Name the one that knows it with --db; where it is lost, `migrate rollback --from-pins` undoes the run."
    )
    public static let noRun = Code(1203, .refused, "there is no such run", "Nothing is there to act on.")
    public static let locked = Code(
        1204, .locked, "another command is changing this node", "Try again when it has ended.")
    public static let rolledBack = Code(
        1205, .rolledBack, "rolled back", "The run was taken back before it was confirmed; every hook is as it was.")
    public static let residue = Code(
        1206, .residue, "rolled back with a residue",
        "Every hook was put back as far as possible; what differs is listed.")
    public static let mixed = Code(
        1207, .mixed, "mixed state",
        "Some hooks hold neither what was there nor what was planned. Stop the fleet and look.")
    public static let confirmWindow = Code(
        1208, .usage, "this plan has no confirm window",
        "Its hooks are replaced directly, one after the other, and nothing could take them back by itself: it commits at once. Say so with --confirm-within none."
    )
    public static let interrupted = Code(
        1209, .rolledBack, "interrupted", "A signal arrived before the last hook was replaced; everything was undone.")
    public static let goneWithBoot = Code(
        1210, .drift, "the run went with a reboot",
        "The kernel's state does not survive a boot; nothing is left to undo.")
    public static let notConfirmed = Code(
        1211, .notConfirmed, "not confirmed in time",
        "The deadline passed without a confirmation: the kernel has sent the packets back to the legacy programs, and every hook is as it was."
    )
    public static let partialShare = Code(
        1212, .blocked, "a share of the flows is still on the legacy programs",
        "Only a run that all flows have been on is confirmed.")
    public static let hooksNotOurs = Code(
        1213, .stale, "a hook of the run is not ours any more",
        "Somebody else replaced or removed our program while the run waited: it stays provisional, with its deadline. Take it back, or confirm it with --force-drift, which leaves those hooks to them."
    )
    public static let writerInstalled = Code(
        1214, .blocked, "a writer of the legacy maps is installed",
        "The programs that write the maps load against their pins: unpinned maps would leave the next pod without a network. Remove them first."
    )
    public static let notOpen = Code(
        1215, .blocked, "the run is not open",
        "Only a run whose confirm window is open can be confirmed or given more time.")
    public static let alreadyFinalized = Code(
        1216, .blocked, "the run is finalized",
        "finalize let the legacy programs go: it was the point of no return. The deployment's agent can attach its own again."
    )
    public static let leftProvisional = Code(
        1217, .done, "the run goes on without this command",
        "A signal ended the command that waited. The kernel takes the run back at its deadline, with or without a process."
    )
    public static let hookChanged = Code(
        1218, .drift, "a hook changed while the run waited",
        "Somebody else replaced our program or removed its place: packets there take neither the one nor the other way of the run."
    )
    public static let afterDecision = Code(
        1219, .done, "the kernel has decided, the journal does not know",
        "The run's cell says what packets take. The journal could not be written; `migrate resume` brings it in step.")

    public static let hookUnreached = Code(
        1260, .residue, "a hook could not be reached",
        "Its network namespace was not found, and our program is still loaded: it may be attached there. The pins stay."
    )
    public static let journalUnread = Code(
        1261, .drift, "the journal could not be read",
        "What status says comes from the pins and the hooks alone; what was settled is not known.")

    public static let notCommitted = Code(
        1262, .blocked, "the run is not committed",
        "Only a committed run can be made final: confirm it first, or, where the kernel has taken it back, apply again."
    )
    public static let hooksTaken = Code(
        1263, .drift, "a hook does not hold what the run put there",
        "Somebody else replaced, removed or hid it. What is said to be changed is; the run stays as it was, with its pins."
    )

    public static let windowlessCanary = Code(
        1221, .usage, "a canary needs a confirm window",
        "A share of the flows is tried until somebody confirms all of them; a run that commits at once has no such time."
    )
    public static let shareShrinks = Code(
        1222, .done, "flows go back to the legacy programs",
        "The share on the replacement became smaller: connections in between change sides. While it only grows none does."
    )
    public static let unhealthy = Code(
        1223, .rolledBack, "a health check failed",
        "The run was taken back because of it; every hook is as it was. What was checked, from where, and what came of it is in the run's report."
    )
    public static let breakerTripped = Code(
        1224, .rolledBack, "the breaker took the run back",
        "Too many packets for planned destinations were not redirected: the kernel itself has sent them all back to the legacy programs, and every hook is as it was."
    )

    // 13xx: blockers and warnings of a plan.
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
        "The switch, its cell or the program that changes the cell was tried and refused: bpf_timer (5.15), a 64-bit compare-and-swap (5.12) or bpf_jiffies64 (5.5) is missing, or the verifier's words are quoted. --cut direct does without."
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

    public static let badShare = Code(
        1421, .usage, "this is no share",
        "A share is written in per cent, such as 5% or 0.5%: more than nothing, at most 100%.")

    // 15xx: database and files.
    public static let databaseNewer = Code(
        1501, .database, "the database is newer than this program",
        "A later version wrote it. Use that version, or another --db.")
    public static let databaseDamaged = Code(
        1502, .database, "the database is damaged",
        "SQLite cannot read it. If SQLite once wrote it, move it away; rollback works from the pins without it. Any other file is left alone: name another with --db."
    )
    public static let databaseReadOnly = Code(
        1503, .database, "the database cannot be written", "The file or its directory is read-only.")
    public static let diskFull = Code(
        1504, .database, "the disk is full", "Free space is under twice what the command needs.")
    public static let databaseFailure = Code(1505, .database, "the database failed", "SQLite's own words are quoted.")
    public static let badStateDirectory = Code(
        1506, .permission, "the state directory is not safe",
        "It must be a directory of root's that others cannot write to, and no link.")
    public static let outputFailed = Code(
        1507, .database, "the output could not be written", "The result was computed but not stored where asked.")

    // 16xx: usage and configuration; 19xx: bugs.
    public static let badProfile = Code(1601, .configuration, "the profile cannot be used", "Line and field are named.")
    public static let badConfiguration = Code(
        1604, .configuration, "the configuration file cannot be used",
        "/etc/migrate/config.yaml is read; line and key are named.")
    public static let usage = Code(1602, .usage, "the command line cannot be used", "See --help.")
    public static let manyProfiles = Code(1603, .usage, "more than one profile fits", "Choose with --profile.")
    public static let bug = Code(1901, .bug, "a bug", "Please report it with the message and `migrate status -o json`.")

    public static let all: [Code] = [
        needsRoot, noBPFFS, privateBPFFS, notHere, layout, kernelFeature, noMachineID, hookVanished, kernelRead,
        nothingFound, noAddress, badTimeSpan, notApproved,
        stalePlan, editedPlan, otherNode, otherBoot, otherVersion, unreadablePlan, unknownID, wrongNode,
        anotherRun, unknownRun, noRun, locked, rolledBack, residue, mixed, confirmWindow, interrupted, goneWithBoot,
        notConfirmed, partialShare, hooksNotOurs, writerInstalled, notOpen, alreadyFinalized, leftProvisional,
        hookChanged,
        afterDecision, hookUnreached, journalUnread, notCommitted, hooksTaken,
        windowlessCanary, shareShrinks, unhealthy, breakerTripped,
        brokenEntries, unknownEntries, forwardingOff, packetDependent, doorsDisagree, egressHook, unfitFilter,
        membershipUndecided, neighborTable, neighborDiffers, tooManyDenied, noHooks, unsupportedHook, neighborFailed,
        verifier, widened, lost, alreadyOurs, secondDoorUnanswered, equivalenceNotRun, notObserved, commitLasts,
        withoutDeviceTest, profileContract, mapNearlyFull, foreignWriter, filtersSkipped, bridgePort, networkPrefixes,
        keyRemainder, addressesNotHere, mapDeliversNothing, sourceMACDiffers, unmarkedContract, missingMap, otherPlace,
        setNotKept, setIsStatic, peerSkips, peerUnfit, peerUnwatched,
        tailCallsUnbounded, equivalenceDiffers, equivalenceRefused, equivalenceMapChanged, equivalenceDiffered,
        genericXDP, healedSkip, tailCallRefused, noSwitch, directCut, tailCallsTooDeep,
        fellForward, cellUnread, stillLoaded,
        shadowNeedsTCX, shadowUnfit, shadowNotAttached, shadowDiffers, shadowSawNothing, shadowDisturbed, shadowNotKept,
        shadowNotForSlots, shadowStays, shadowWatched,
        badShare,
        unreadableReport, editedReport, noReports,
        databaseNewer, databaseDamaged, databaseReadOnly, diskFull, databaseFailure, badStateDirectory, outputFailed,
        badProfile, badConfiguration, usage, manyProfiles, bug,
    ]
}
