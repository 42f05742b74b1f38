import Glibc
import Model
import SystemPackage

/// Which processes hold a descriptor of which BPF object, found in one pass over `/proc`.
///
/// Read from `/proc/PID/fdinfo` (`bpf_map_show_fdinfo` and its like, kernel/bpf/syscall.c). A thread that has
/// descriptors of its own (`CLONE_FILES` undone) and a descriptor on its way through a socket are not seen.
public struct Holders: Sendable {
    /// By id, each in the order of process ids; this process is left out.
    public var maps: [UInt32: [MapRecord.Process]] = [:]
    public var programs: [UInt32: [MapRecord.Process]] = [:]
    public var links: [UInt32: [MapRecord.Process]] = [:]
    /// Processes that could not be looked at.
    public var unobserved: [Unobserved] = []

    /// Looks once. What is opened, or handed on, meanwhile may be missed.
    public init() {
        var closed: [(pid: pid_t, why: Errno)] = []
        let own = getpid()
        for pid in DirectoryListing.names(in: "/proc").compactMap({ pid_t($0) }).sorted() where pid != own {
            do throws(Errno) { add(try ProcessDescriptors(pid).objects, of: pid) } catch {
                // It ended.
                if error == .noSuchFileOrDirectory || error == .noSuchProcess { continue }
                closed.append((pid, error))
            }
        }
        if let first = closed.first {
            let others = closed.count == 1 ? "" : " and \(closed.count - 1) more"
            unobserved.append(
                Unobserved(
                    what: "descriptors of process \(first.pid) (\(Self.command(first.pid)))\(others)",
                    why: "\(first.why)"))
        }
        unobserved += Self.outerProcesses()
    }

    private mutating func add(_ objects: [ProcessDescriptors.Object], of pid: pid_t) {
        guard !objects.isEmpty else { return }
        let command = Self.command(pid)
        let ids = { (kind: DescriptorKind) in Set(objects.filter { $0.kind == kind }.map(\.id)) }
        for id in ids(.map) {
            let writable = objects.contains { $0.kind == .map && $0.id == id && $0.isWritable }
            maps[id, default: []].append(.init(pid: pid, command: command, writable: writable))
        }
        for id in ids(.program) { programs[id, default: []].append(.init(pid: pid, command: command)) }
        for id in ids(.link) { links[id, default: []].append(.init(pid: pid, command: command)) }
    }

    private static func command(_ pid: pid_t) -> String { TextFile.line("/proc/\(pid)/comm") ?? "?" }

    /// `PROC_PID_INIT_INO` (include/linux/proc_ns.h): only there all processes are seen.
    private static let initialNamespace = "pid:[4026531836]"

    /// What cannot be seen from a pid namespace of one's own.
    public static func outerProcesses() -> [Unobserved] {
        guard let own = readLink("/proc/self/ns/pid"), own != initialNamespace else { return [] }
        return [
            Unobserved(
                what: "processes outside the pid namespace", why: "this process is in \(own), not in the initial one")
        ]
    }
}
