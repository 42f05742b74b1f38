import Glibc
import Model

/// Which processes hold a descriptor of which map (`/proc/PID/fdinfo`, kernel/bpf/syscall.c `bpf_map_show_fdinfo`).
public enum Holders {
    /// Holders of the given maps, without this process, by map id. Processes that cannot be read are left out.
    public static func ofMaps(_ ids: Set<UInt32>) -> [UInt32: [MapRecord.Process]] {
        var found: [UInt32: [MapRecord.Process]] = [:]
        let own = getpid()
        for name in DirectoryListing.names(in: "/proc") {
            guard let pid = Int32(name), pid != own else { continue }
            var held: Set<UInt32> = []
            for descriptor in DirectoryListing.names(in: "/proc/\(pid)/fd") {
                guard readLink("/proc/\(pid)/fd/\(descriptor)") == DescriptorKind.map.rawValue,
                    let facts = TextFile.read("/proc/\(pid)/fdinfo/\(descriptor)"),
                    let line = facts.split(separator: "\n").first(where: { $0.hasPrefix("map_id:") }),
                    let id = UInt32(line.dropFirst(7).drop(while: { $0 == "\t" || $0 == " " })), ids.contains(id)
                else { continue }
                held.insert(id)
            }
            guard !held.isEmpty else { continue }
            let command = TextFile.line("/proc/\(pid)/comm") ?? "?"
            for id in held { found[id, default: []].append(.init(pid: pid, command: command)) }
        }
        return found.mapValues { $0.sorted { $0.pid < $1.pid } }
    }
}
