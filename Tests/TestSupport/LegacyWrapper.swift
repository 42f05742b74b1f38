import CLibbpf
import Glibc
import Kernel

extension TestNode {
    /// Puts some instructions in front of the deployment's program at `hz`: they may end with a verdict, else it goes on
    /// as before. The context is in register 6 (and 1), the packet in 7 as far as 38 bytes, which are there.
    public func wrapLegacy(_ name: String, _ instructions: [bpf_insn]) throws {
        let path = "\(Self.bpffs)/test_\(name)"
        let legacy = try pinned("ztunnel_host_ingress")
        try lab.enter {
            let map = try BPFMap(pin: "\(Self.bpffs)/ambient/app_info")
            let raw = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "calls", 4, 4, 1, nil)
            guard raw >= 0 else { throw TestFailure("make an array of programs: errno \(-raw)") }
            let calls = OwnedDescriptor(owning: raw)
            // The kernel empties it when nobody but programs holds it.
            guard bpf_obj_pin(calls.raw, path + "_calls") == 0 else { throw TestFailure("pin \(path)_calls") }
            let old = bpf_obj_get(legacy)
            guard old >= 0 else { throw TestFailure("open \(legacy)") }
            defer { close(old) }
            var key: UInt32 = 0
            var value = UInt32(bitPattern: old)
            guard bpf_map_update_elem(calls.raw, &key, &value, 0) == 0 else { throw TestFailure("set a tail call") }
            let goOn =
                Assembly.copy(1, from: 6) + Assembly.map(2, calls.raw) + Assembly.set(3, 0) + Assembly.call(12)
                + Assembly.set(0, 2) + Assembly.exit
            let looked =
                Assembly.copy(6, from: 1) + Assembly.map(2, map.descriptor.raw) + Assembly.loadWord(7, from: 1, 76)
                + Assembly.loadWord(3, from: 1, 80) + Assembly.copy(4, from: 7) + Assembly.add(4, 38)
                + Assembly.skip(4, greaterThan: 3, Int16(instructions.count))
            let program = try Assembly.load(name, looked + instructions + goOn)
            guard bpf_obj_pin(program.descriptor.raw, path) == 0 else { throw TestFailure("pin \(path)") }
        }
        try overwrite(with: path)
    }
}
