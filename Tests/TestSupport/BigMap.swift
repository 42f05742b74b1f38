import CLibbpf
import Glibc
import Model

extension TestNode {
    /// Puts a map of this size in the place of the deployment's, with the program that reads it, and fills it.
    ///
    /// - Parameter fill: key and value of each entry, 4 and 12 bytes.
    public func replaceMap(size: Int, _ fill: (Int) -> (key: [UInt8], value: [UInt8])) throws {
        let pin = Self.bpffs + "/ambient/app_info"
        // The object that the lab's programs came from, beside the sources.
        let object = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/bpf/lab/ambient.bpf.o"
        try sh(
            """
            rm \(pin); mkdir -p \(Self.bpffs)/big
            bpftool map create \(pin) type hash key 4 value 12 entries \(size) name app_info flags 0
            bpftool prog loadall \(object) \(Self.bpffs)/big/p map name app_info pinned \(pin)
            tc filter replace dev hz ingress prio 1 handle 1 bpf direct-action \
                object-pinned \(Self.bpffs)/big/p/ztunnel_host_ingress
            """)
        var keys: [UInt8] = [], values: [UInt8] = []
        for number in 0..<size {
            let entry = fill(number)
            keys += entry.key
            values += entry.value
        }
        try lab.enter {
            let map = bpf_obj_get(pin)
            guard map >= 0 else { throw TestFailure("open \(pin): errno \(-map)") }
            defer { close(map) }
            var count = UInt32(size)
            let result = bpf_map_update_batch(map, keys, values, &count, nil)
            guard result == 0, count == size else { throw TestFailure("fill \(pin): errno \(-result), \(count)") }
        }
    }
}
