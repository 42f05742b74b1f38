import CLibbpf
import Glibc
import LabObjects
import Testing

@testable import Inventory
@testable import Kernel
@testable import Model

/// The topology with the lab's map-based deployment on it: `app_info` pinned, its reader on `vin`.
struct RedirectDeployment: ~Copyable {
    let topology: RedirectTopology
    let mount: PrivateBPFFS
    let map: OwnedDescriptor
    /// Processes that keep the namespaces where they are looked for: below /proc.
    let keepers: [pid_t]

    init() throws {
        let topology = try RedirectTopology()
        let mount = try PrivateBPFFS()
        try topology.pods.shell(
            """
            set -e; ip addr add 10.9.0.2/32 dev pin
            for a in 10.9.0.5/32 10.60.0.1/32; do ip addr add $a dev pa; done; ip addr add 10.9.0.6/32 dev pb
            """)
        let image = UnsafeRawBufferPointer(
            start: migrate_lab_ambient_image.bytes, count: migrate_lab_ambient_image.count)
        let loaded = try BPFObject(image: image, name: "ambient").load()
        let map = try loaded.map("app_info")
        try shell("mkdir \(mount.path)/ambient")
        try mount.pin(map, "ambient/app_info")
        try mount.pin(try loaded.program("ztunnel_host_ingress"), "reader")
        try topology.node.shell(
            """
            set -e; ip route del 10.100.0.0/16; tc qdisc add dev vin clsact
            tc filter add dev vin ingress prio 1 handle 1 bpf da object-pinned \(mount.path)/reader
            """)
        let keepers = try [topology.node, topology.pods].map { namespace in
            try #require(pid_t(try namespace.shell("sleep 300 > /dev/null 2>&1 & echo $!").trimmingNewline))
        }
        self.topology = topology
        self.mount = mount
        self.map = map
        self.keepers = keepers
    }

    deinit { for keeper in keepers { kill(keeper, SIGKILL) } }

    func enter(_ text: String, ifindex: UInt32, mac: MACAddress) throws {
        try put(map, try #require(IPAddress(text)).networkBytes, bytes(ifindex) + mac.bytes + [0, 0])
    }

    /// MAC of a pod's own interface.
    func mac(_ name: String) throws -> MACAddress {
        // Not from /sys, which shows the interfaces of the namespace it was mounted in.
        let text = try topology.pods.shell("ip -br link show \(name) | tr -s ' ' | cut -d ' ' -f 3").trimmingNewline
        return try #require(MACAddress(text))
    }

    func plan(_ membership: Membership? = .legacyKeys) throws -> PlanOutcome {
        let bpffs = try BPFFileSystem(path: mount.path)
        let profile = try ProfileChoice.choose(nil, bpffs: bpffs)
        return try Planner(
            PlanOptions(
                bpffs: bpffs, netnsPath: "/proc/\(keepers[0])/ns/net", profile: profile, membership: membership,
                egress: .neigh, acceptUnknown: false, allEntries: true, privateBPFFS: true, toolVersion: "test")
        ).plan()
    }

    /// What a plan must leave as it is; without what the kernel itself adds as carriers come up.
    func state() throws -> String {
        try topology.node.shell(
            """
            tc -d filter show dev vin ingress; ip rule; ip -6 rule; ip -4 route show table all
            ip neigh show nud all | grep -v -e NOARP -e fe80 | sort
            """)
            + shell("find \(mount.path) | sort") + view(map).entries().map { "\($0)" }.sorted().joined()
    }
}
