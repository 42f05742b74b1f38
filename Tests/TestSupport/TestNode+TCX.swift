import CLibbpf
import Glibc
import Kernel
import Lab
import Model

/// A BPF link that this process holds: it, and what it attached, goes with this object, as with an owner that dies.
public final class HeldLink {
    public let descriptor: OwnedDescriptor
    public let id: UInt32

    init(owning raw: CInt, id: UInt32) {
        descriptor = OwnedDescriptor(owning: raw)
        self.id = id
    }
}

/// Programs at tcx, attached as others do it.
extension TestNode {
    /// What is attached, in order.
    public func tcx(_ device: String = "hz", in pod: String? = nil) throws -> TCXList {
        try Requirement.tcx.insist()
        return try lab.enter(pod) {
            guard let list = try TCXList.read(ifindex: if_nametoindex(device), direction: .ingress) else {
                throw TestFailure("this kernel has no tcx")
            }
            return list
        }
    }

    /// Behind all that is there, with a link.
    public func link(_ pin: String, to device: String = "hz", in pod: String? = nil) throws -> HeldLink {
        try Requirement.tcx.insist()
        let raw = try lab.enter(pod) {
            let program = try BPFProgram(pin: pin)
            return bpf_link_create(program.descriptor.raw, CInt(if_nametoindex(device)), Self.ingress, nil)
        }
        guard raw >= 0 else { throw TestFailure("link \(pin): errno \(-raw)") }
        return HeldLink(owning: raw, id: try tcx(device, in: pod).entries.last?.linkID ?? 0)
    }

    /// Puts another program behind a link, whatever is there, as its owner does.
    public func update(_ link: HeldLink, by pin: String) throws {
        try lab.enter {
            let program = try BPFProgram(pin: pin)
            let result = bpf_link_update(link.descriptor.raw, program.descriptor.raw, nil)
            guard result >= 0 else { throw TestFailure("update link \(link.id): errno \(-result)") }
        }
    }

    /// Without a link, behind all that is there or in front of it.
    public func attach(_ pin: String, to device: String = "hz", inFront: Bool = false, egress: Bool = false) throws {
        try Requirement.tcx.insist()
        try lab.enter {
            let program = try BPFProgram(pin: pin)
            // BPF_F_BEFORE (include/uapi/linux/bpf.h of Linux 6.6).
            let flags: UInt32 = inFront ? 1 << 3 : 0
            let result = bpf_prog_attach(
                program.descriptor.raw, CInt(if_nametoindex(device)), egress ? Self.egress : Self.ingress, flags)
            guard result >= 0 else { throw TestFailure("attach \(pin): errno \(-result)") }
        }
    }

    public func detach(program id: UInt32, from device: String = "hz", egress: Bool = false) throws {
        try lab.enter {
            let program = try BPFProgram(id: id)
            let place = egress ? Self.egress : Self.ingress
            let result = bpf_prog_detach2(program.descriptor.raw, CInt(if_nametoindex(device)), place)
            guard result >= 0 else { throw TestFailure("detach program \(id): errno \(-result)") }
        }
    }

    /// In the place of another that is attached without a link.
    public func replace(program id: UInt32, by pin: String, on device: String = "hz") throws {
        try lab.enter {
            let program = try BPFProgram(pin: pin)
            let old = try BPFProgram(id: id)
            var options = bpf_prog_attach_opts()
            options.sz = MemoryLayout<bpf_prog_attach_opts>.size
            options.flags = UInt32(BPF_F_REPLACE)
            options.replace_prog_fd = old.descriptor.raw
            let result = bpf_prog_attach_opts(
                program.descriptor.raw, CInt(if_nametoindex(device)), Self.ingress, &options)
            guard result >= 0 else { throw TestFailure("replace program \(id): errno \(-result)") }
        }
    }

    /// The deployment as a newer agent attaches it: the legacy program at tcx, and no clsact.
    ///
    /// - Returns: its link, unless it is attached without one.
    @discardableResult
    public func moveToTCX(linked: Bool) throws -> HeldLink? {
        let pin = try pinned("ztunnel_host_ingress")
        var held: HeldLink?
        if linked { held = try link(pin) } else { try attach(pin) }
        try sh("tc qdisc del dev hz clsact")
        return held
    }

    // BPF_TCX_INGRESS and BPF_TCX_EGRESS.
    private static let ingress = bpf_attach_type(rawValue: 46)
    private static let egress = bpf_attach_type(rawValue: 47)
}
