/// The profiles that come with the program.
public enum BuiltInProfiles {
    /// By name, in YAML, so that `--profile FILE` can start from a copy.
    public static let sources: [(name: String, yaml: String)] = [("istio-ambient", istioAmbient)]

    /// Parsed; a built-in profile that does not parse is a bug that the tests find.
    public static func all() throws(ProfileError) -> [Profile] {
        var profiles: [Profile] = []
        for source in sources {
            profiles.append(try ProfileReader.profile(fromYAML: source.yaml, file: source.name))
        }
        return profiles
    }

    /// Whether a profile is one of them, as it stands: its layout and contract were read from the program's source.
    public static func contain(_ profile: Profile) -> Bool { (try? all().contains(profile)) ?? false }

    /// Istio ambient 1.20 in eBPF mode (`cni/pkg/ebpf`, removed in 1.21).
    static let istioAmbient = """
        name: istio-ambient
        summary: Istio ambient 1.20 with redirectMode ebpf
        # Only pods enrolled in the mesh are in the map; the others' packets go through the stack.
        members: enrolled
        maps:
          - pin: ambient/app_info
            key: {size: 4, offset: 0, family: ipv4, byte_order: network}
            value: {size: 12, ifindex_offset: 0, ifindex_width: 4, destination_mac_offset: 4}
        keep:
          - pin: ambient/ztunnel_info
            why: sends to the proxy, whose place does not follow from the destination
          - pin: ambient/host_ip_info
            why: tells the host's own packets apart, which the FIB does not
          - pin: ambient/log_level
            why: part of the deployment that does not read app_info
          - program: ztunnel_tproxy
            why: hands packets to the proxy inside its own namespace
          - program: ztunnel_ingress
            why: hands packets to the proxy inside its own namespace
        hook: {kind: clsact, direction: ingress}
        contract:
          families: [ipv4]
          protocols: [tcp, udp]
          # A member's packet that went back to the stack would loop through the proxy.
          on_failure: drop
          control_block: {index: 4, value: 0xC001F00D}
        writers:
          processes: [install-cni]
          plugins: [/opt/cni/bin/istio-cni]
        """
}
