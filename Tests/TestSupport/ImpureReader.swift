import CLibbpf
import Glibc
import Kernel

extension TestNode {
    /// Pins a program that reads the deployment's map and sends copies of packets: `BPF_FUNC_clone_redirect`.
    public func impureReader() throws -> String {
        let path = "\(Self.bpffs)/test_impure"
        return try lab.enter {
            let map = try BPFMap(pin: "\(Self.bpffs)/ambient/app_info")
            let program = try Assembly.load(
                "impure",
                Assembly.copy(6, from: 1) + Assembly.lookup(map.descriptor.raw) + Assembly.copy(1, from: 6)
                    + Assembly.set(2, 1) + Assembly.set(3, 0) + Assembly.call(13) + Assembly.set(0, 0)
                    + Assembly.exit)
            guard bpf_obj_pin(program.descriptor.raw, path) == 0 else { throw TestFailure("pin \(path)") }
            return path
        }
    }
}
