import CLibbpf
import Kernel

/// What the kernel that runs the tests has; probed once, no version is compared.
public enum KernelTraits {
    /// The verifier takes how the replacement reads a device.
    public static let comparesLinkTypes = has(.readDevice)
    public static let hasTCX = has(.tcx)

    /// BPF programs on netfilter's hooks.
    public static let hasNetfilterPrograms: Bool = {
        // BPF_PROG_TYPE_NETFILTER (include/uapi/linux/bpf.h of Linux 6.4), which libbpf 1.1 does not know, and its attach type.
        let instructions = Assembly.set(0, 1) + Assembly.exit
        var options = bpf_prog_load_opts()
        options.sz = MemoryLayout<bpf_prog_load_opts>.size
        options.expected_attach_type = bpf_attach_type(rawValue: 45)
        let loaded = bpf_prog_load(
            bpf_prog_type(rawValue: 32), "probe_netfilter", "GPL", instructions, instructions.count, &options)
        guard loaded >= 0 else { return false }
        _ = OwnedDescriptor(owning: loaded)
        return true
    }()

    /// A packet socket takes a UDP packet that is to be segmented (`VIRTIO_NET_HDR_GSO_UDP_L4`).
    public static let sendsUDPSegments: Bool = {
        guard let namespace = try? NetworkNamespace.makeEmpty() else { return false }
        return (try? namespace.run { () throws(KernelError) in UDPSegments.areSent() }) ?? false
    }()

    private static func has(_ feature: KernelFeature) -> Bool {
        do throws(KernelError) { try feature.probe() } catch { return false }
        return true
    }
}
