import CLibbpf
import Glibc
import Kernel

extension TestNode {
    /// Pins a program that looks into the deployment's map and passes every packet, loaded for an attach type.
    /// - Parameter calls: of a program that tail-calls itself, through an array of its own.
    public func reader(_ name: String, attachType: UInt32 = 0, callsItself: Bool = false) throws -> String {
        let path = "\(Self.bpffs)/test_\(name)"
        return try lab.enter {
            let map = try BPFMap(pin: "\(Self.bpffs)/ambient/app_info")
            let look = Assembly.copy(6, from: 1) + Assembly.lookup(map.descriptor.raw)
            let end = Assembly.set(0, 0) + Assembly.exit
            guard callsItself else {
                try Self.pin(try Assembly.load(name, look + end, attachType: attachType).descriptor, at: path)
                return path
            }
            let calls = OwnedDescriptor(owning: bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "calls", 4, 4, 1, nil))
            // The kernel empties it when nobody but programs holds it.
            try Self.pin(calls, at: path + "_calls")
            let program = try Assembly.load(
                name,
                look + Assembly.copy(1, from: 6) + Assembly.map(2, calls.raw) + Assembly.set(3, 0) + Assembly.call(12)
                    + end)
            var key: UInt32 = 0, value = UInt32(bitPattern: program.descriptor.raw)
            guard bpf_map_update_elem(calls.raw, &key, &value, 0) == 0 else { throw TestFailure("set a tail call") }
            try Self.pin(program.descriptor, at: path)
            return path
        }
    }

    private static func pin(_ descriptor: borrowing OwnedDescriptor, at path: String) throws {
        guard bpf_obj_pin(descriptor.raw, path) == 0 else { throw TestFailure("pin \(path)") }
    }
}
