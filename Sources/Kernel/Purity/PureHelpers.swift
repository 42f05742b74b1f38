/// The helpers and kfuncs that a foreign program may call and still be run on packets that are not meant: all that they
/// change is the packet under test, which is thrown away, or nothing.
///
/// `docs/datapath.md` has the same list. What is not on it keeps a program from being run.
public enum PureHelpers {
    public struct Helper: Hashable, Sendable {
        /// As `<linux/bpf.h>` names it, without `bpf_`.
        public var name: String
        /// The functions of the kernel that stand for it in a program's instructions, where they are not `bpf_` and the name.
        public var symbols: [String]
        /// Whether it writes to memory that the program hands it, which may be a map's.
        public var writesMemory: Bool
        public var why: String
    }

    /// Not among them: `skb_set_tunnel_key` and `_opt`, which write to a place that all packets of a processor share
    /// (`md_dst`, net/core/filter.c), and whatever stores in maps, sends, or tells user space.
    public static let all: [Helper] =
        family(
            "it reads a map", ["map_lookup_elem": lookups, "map_lookup_percpu_elem": perCPULookups])
        + family(
            "it reads a clock",
            [
                "ktime_get_ns": [], "ktime_get_boot_ns": [], "ktime_get_coarse_ns": [], "ktime_get_tai_ns": [],
                "jiffies64": [],
            ])
        + family(
            "it gives a number",
            [
                "get_prandom_u32": ["bpf_user_rnd_u32"], "get_smp_processor_id": ["bpf_get_raw_cpu_id"],
                "get_numa_node_id": [],
            ])
        + family(
            "it reads the packet",
            [
                "skb_load_bytes": [], "skb_load_bytes_relative": [], "skb_get_tunnel_key": [],
                "skb_get_tunnel_opt": [],
            ], writesMemory: true)
        + family(
            "it reads the packet, its socket or its cgroup",
            [
                "get_hash_recalc": [], "csum_diff": [], "get_cgroup_classid": [], "get_route_realm": [],
                "get_socket_cookie": [], "get_socket_uid": [],
                // Of a packet only since 6.15; older kernels have it for sockets alone.
                "get_netns_cookie": ["bpf_get_netns_cookie", "bpf_get_netns_cookie_sock"], "skb_cgroup_id": [],
                "skb_ancestor_cgroup_id": [], "skb_under_cgroup": [],
            ])
        + family(
            "it changes the packet under test, which is thrown away",
            [
                "skb_store_bytes": [], "skb_pull_data": ["bpf_skb_pull_data", "sk_skb_pull_data"],
                "l3_csum_replace": [],
                "l4_csum_replace": [], "csum_update": [], "csum_level": [], "set_hash": [], "set_hash_invalid": [],
                "skb_change_proto": [], "skb_change_type": [], "skb_change_head": [], "skb_change_tail": [],
                "skb_adjust_room": [], "skb_vlan_push": [], "skb_vlan_pop": [], "skb_ecn_set_ce": [],
                "skb_set_tstamp": [],
            ])
        + family(
            "it notes where the packet is to go; a test run never sends it there",
            ["redirect": [], "redirect_neigh": [], "redirect_peer": []])
        + family(
            "it asks the kernel's tables, and resolves nothing",
            ["fib_lookup": ["bpf_skb_fib_lookup"], "check_mtu": ["bpf_skb_check_mtu"]], writesMemory: true)
        + family(
            "it looks for a socket, and gives it back",
            [
                "sk_lookup_tcp": ["bpf_sk_lookup_tcp", "bpf_tc_sk_lookup_tcp"],
                "sk_lookup_udp": ["bpf_sk_lookup_udp", "bpf_tc_sk_lookup_udp"],
                "skc_lookup_tcp": ["bpf_skc_lookup_tcp", "bpf_tc_skc_lookup_tcp"], "sk_release": [], "sk_fullsock": [],
            ])
        + family(
            "it writes a line to the kernel's trace buffer, which decides nothing",
            ["trace_printk": [], "trace_vprintk": []])
        + family(
            "the programs that it may go on into are looked at as well", ["tail_call": []])

    /// Kfuncs, by their names; each reads the packet or the kernel's own structures.
    public static let kfuncs: [String: String] = [
        "bpf_cast_to_kern_ctx": "it reads the packet",
        "bpf_rdonly_cast": "it reads the kernel's structures",
        "bpf_dynptr_from_skb": "it reads the packet",
        "bpf_dynptr_slice": "it reads the packet",
        "bpf_dynptr_size": "it reads the packet",
        "bpf_rcu_read_lock": "it changes nothing",
        "bpf_rcu_read_unlock": "it changes nothing",
    ]

    /// By the kernel's own function.
    static let bySymbol: [String: Helper] = Dictionary(
        all.flatMap { helper in helper.symbols.map { ($0, helper) } }, uniquingKeysWith: { first, _ in first })

    /// How the kernel's lookup functions are called, which the verifier puts in the helper's place for each type of map
    /// (kernel/bpf/hashtab.c, arraymap.c, lpm_trie.c).
    private static let lookups = [
        "bpf_map_lookup_elem", "__htab_map_lookup_elem", "htab_map_lookup_elem", "htab_lru_map_lookup_elem",
        "htab_percpu_map_lookup_elem", "htab_lru_percpu_map_lookup_elem", "array_map_lookup_elem",
        "percpu_array_map_lookup_elem", "trie_lookup_elem",
    ]
    private static let perCPULookups = [
        "bpf_map_lookup_percpu_elem", "percpu_array_map_lookup_percpu_elem", "htab_percpu_map_lookup_percpu_elem",
        "htab_lru_percpu_map_lookup_percpu_elem",
    ]

    private static func family(
        _ why: String, _ helpers: [String: [String]], writesMemory: Bool = false
    ) -> [Helper] {
        helpers.sorted { $0.key < $1.key }.map { name, symbols in
            Helper(
                name: name, symbols: symbols.isEmpty ? ["bpf_\(name)"] : symbols, writesMemory: writesMemory, why: why)
        }
    }
}
