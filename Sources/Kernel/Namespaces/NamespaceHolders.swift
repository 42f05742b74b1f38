import Glibc
import SystemPackage

/// Namespaces that no process lives in and no path of ours names: what keeps them is a descriptor, a thread that went
/// there alone, or a mount in another mount namespace.
extension NamespaceSearch {
    /// Goes through processes until every cookie of `sought` is found; does nothing where they all are.
    mutating func lookAtHolders(_ processes: [UInt32], until sought: Set<UInt64>) {
        guard !sought.isSubset(of: cookies) else { return }
        var mounts: Set<String> = []
        var closed = Closed()
        for process in processes {
            let place = "/proc/\(process)"
            lookAtDescriptors(of: place, &closed)
            lookAtThreads(of: place, process, &closed)
            lookAtMounts(of: place, &mounts, &closed)
            if sought.isSubset(of: cookies) { return }
        }
        unobserved += closed.lines
        unobserved += Holders.outerProcesses().map { UnobservedNamespace(what: $0.what, why: $0.why) }
        unobserved.append(UnobservedNamespace(what: "sockets", why: "they do not show which namespace they hold"))
    }

    /// What `/proc/PID/fd/N` of a namespace links to, and, where a bind mount of it was opened, the path of that, which
    /// is `/` once it is unmounted: `ip netns del` leaves such a one to whoever has it open.
    private static let targets = ["net:[", "/"]

    private mutating func lookAtDescriptors(of place: String, _ closed: inout Closed) {
        let listed = DescriptorLinks.list(place + "/fd", prefixes: Self.targets)
        closed.note(place + "/fd", listed.errno ?? listed.denied)
        for link in listed.links where !link.target.hasPrefix("/") || isNamespaceFile(place, link.number) {
            look(at: "\(place)/fd/\(link.number)", mayVanish: true)
        }
    }

    /// By its inode's number, as `fdinfo` has it (Linux 5.14): asking the file system of every open file could wait for a
    /// server that is gone. Namespaces have numbers from `PROC_DYNAMIC_FIRST` on (fs/proc/generic.c).
    private func isNamespaceFile(_ place: String, _ number: String) -> Bool {
        let facts = TextFile.read("\(place)/fdinfo/\(number)") ?? ""
        let line = facts.split(separator: "\n").first { $0.hasPrefix("ino:") }
        guard let inode = line.flatMap({ UInt64($0.dropFirst(4).drop { $0 == "\t" || $0 == " " }) }) else {
            return false
        }
        return (0xf000_0000...0xffff_ffff).contains(inode)
    }

    /// A thread may be in another namespace than its process, and have descriptors of its own.
    private mutating func lookAtThreads(of place: String, _ process: UInt32, _ closed: inout Closed) {
        for thread in DirectoryListing.names(in: place + "/task") where thread != "\(process)" {
            look(at: "\(place)/task/\(thread)/ns/net", mayVanish: true)
            lookAtDescriptors(of: "\(place)/task/\(thread)", &closed)
        }
    }

    /// Bind mounts, once for each mount namespace, reached through the root of a process in it.
    private mutating func lookAtMounts(of place: String, _ seen: inout Set<String>, _ closed: inout Closed) {
        if let namespace = readLink(place + "/ns/mnt"), !seen.insert(namespace).inserted { return }
        guard let table = TextFile.read(place + "/mountinfo") else {
            closed.note(place + "/mountinfo", .last)
            return
        }
        for path in MountTable.namespaceFiles(in: table) { look(at: place + "/root" + path, mayVanish: true) }
    }

    /// Places that could not be looked into: the first of them, and how many more.
    private struct Closed {
        private var places: [(path: String, why: Errno)] = []

        mutating func note(_ path: String, _ errno: Errno?) {
            guard let errno, errno != .noSuchFileOrDirectory, errno != .noSuchProcess else { return }
            places.append((path, errno))
        }

        var lines: [UnobservedNamespace] {
            guard let first = places.first else { return [] }
            let others = places.count == 1 ? "" : " and \(places.count - 1) more"
            return [UnobservedNamespace(what: first.path + others, why: "\(first.why)")]
        }
    }
}

/// `/proc/PID/mountinfo` (proc_pid_mountinfo(5)).
enum MountTable {
    /// Mount points of network namespaces: file system `nsfs`, whose root is `net:[inode]`.
    static func namespaceFiles(in table: String) -> [String] {
        table.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 6, fields[3].hasPrefix("net:["), let dash = fields.dropFirst(6).firstIndex(of: "-"),
                fields.indices.contains(dash + 1), fields[dash + 1] == "nsfs"
            else { return nil }
            return unescaped(fields[4])
        }
    }

    /// Blank, tab, line feed and backslash are written as `\040` and so on (`mangle`, fs/seq_file.c).
    static func unescaped(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
