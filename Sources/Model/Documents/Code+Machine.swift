/// This machine: 10xx.
extension Code {
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

    public static let missingCapability = Code(
        1450, .permission, "a capability is missing",
        "The process is root's and yet may not do all that this verb does: a container or a unit that gives it fewer capabilities. Those that are missing are named; docs/security.md has what each verb needs. In a user namespace none of them counts."
    )
    public static let jobEnded = Code(
        1451, .refused, "the run of this Job has ended",
        "A pod that Kubernetes made in the place of another goes on with that one's run, and begins no second one. Make a new Job to begin again."
    )

    static let machine: [Code] = [
        needsRoot, noBPFFS, privateBPFFS, notHere, layout, kernelFeature, noMachineID, hookVanished, kernelRead,
        nothingFound, noAddress, badTimeSpan, notApproved, missingCapability, jobEnded,
    ]
}
