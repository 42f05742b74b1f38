import CLibbpf
import CTestBPF
import Glibc
import Model
import SystemPackage
import TestSupport
import Testing

@testable import Kernel

/// Loads `return verdict` as a program of the given type.
func loadProgram(_ type: bpf_prog_type, _ verdict: Int32, name: String, attachType: UInt32 = 0) throws -> BPFProgram {
    var instructions = [bpf_insn(), bpf_insn()]
    // BPF_ALU64 | BPF_MOV | BPF_K, then BPF_JMP | BPF_EXIT (include/uapi/linux/bpf.h).
    instructions[0].code = 0xb7
    instructions[0].imm = verdict
    instructions[1].code = 0x95
    var options = bpf_prog_load_opts()
    memset(&options, 0, MemoryLayout<bpf_prog_load_opts>.size)
    options.sz = MemoryLayout<bpf_prog_load_opts>.size
    options.expected_attach_type = bpf_attach_type(attachType)
    let raw = bpf_prog_load(type, name, "GPL", instructions, instructions.count, &options)
    return try BPFProgram(owning: OwnedDescriptor(owning: try checked("load", name, raw)))
}

/// `XDP_PASS`.
func xdpProgram(_ name: String = "xdp_test") throws -> BPFProgram { try loadProgram(BPF_PROG_TYPE_XDP, 2, name: name) }

/// `NF_ACCEPT`; BPF_PROG_TYPE_NETFILTER is 32 and its attach type 45 (Linux 6.4).
func netfilterProgram(_ name: String = "nf_test") throws -> BPFProgram {
    try Requirement.netfilterprograms.insist()
    return try loadProgram(bpf_prog_type(32), 1, name: name, attachType: 45)
}

extension NetworkNamespace {
    /// `XDP_FLAGS_SKB_MODE` 2, `XDP_FLAGS_DRV_MODE` 4 (include/uapi/linux/if_link.h).
    func attachXDP(_ program: borrowing BPFProgram, to interface: String, flags: UInt32) throws {
        let index = CInt(try index(interface)), raw = program.descriptor.raw
        try checked("attach", "xdp", try run(rethrowing: { bpf_xdp_attach(index, raw, flags, nil) }))
    }

    /// A BPF link, in the driver where it can.
    func linkXDP(_ program: borrowing BPFProgram, to interface: String) throws -> OwnedDescriptor {
        let index = CInt(try index(interface)), raw = program.descriptor.raw
        let link = try run(rethrowing: { bpf_link_create(raw, index, BPF_XDP, nil) })
        return OwnedDescriptor(owning: try checked("link", "xdp", link))
    }

    func linkNetfilter(
        _ program: borrowing BPFProgram, family: UInt32, hook: UInt32, priority: Int32
    ) throws -> OwnedDescriptor {
        let raw = program.descriptor.raw
        let link = try run(rethrowing: { test_netfilter_link(raw, family, hook, priority) })
        return OwnedDescriptor(owning: try checked("link", "netfilter", link))
    }

    /// A veth pair in here, up.
    static func withVeth(_ names: String...) throws -> NetworkNamespace {
        let node = try makeEmpty()
        for name in names {
            try node.shell(
                "ip link add name \(name) type veth peer name \(name)p; ip link set dev \(name) up; ip link set dev \(name)p up"
            )
        }
        return node
    }
}

/// `sleep` with a descriptor as its number 9; ended with the value.
struct Holder: ~Copyable {
    let pid: pid_t

    init(of descriptor: borrowing OwnedDescriptor) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, descriptor.raw, 9)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
        defer { for argument in arguments { free(argument) } }
        var pid = pid_t()
        let spawned = posix_spawnp(&pid, "sleep", &actions, nil, &arguments, nil)
        try checked("spawn", "sleep", -spawned)
        self.pid = pid
        // The child is between fork and exec for a moment.
        for _ in 0..<100 where TextFile.line("/proc/\(pid)/comm") != "sleep" { usleep(20_000) }
    }

    deinit {
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }
}
