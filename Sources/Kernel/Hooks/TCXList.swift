import CKernel
import Model
import SystemPackage

/// The programs attached at tcx to one interface in one direction, in the order in which they run.
///
/// Read in one call, so that order, links and revision belong together (`bpf_mprog_query`, kernel/bpf/mprog.c).
public struct TCXList: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var programID: UInt32
        /// `nil` for a program attached without a link.
        public var linkID: UInt32?
        public init(programID: UInt32, linkID: UInt32?) {
            self.programID = programID
            self.linkID = linkID
        }
    }

    public var entries: [Entry]
    /// Every attach, replacement and detach raises it.
    public var revision: UInt64

    public init(entries: [Entry], revision: UInt64) {
        self.entries = entries
        self.revision = revision
    }

    /// Programs that fit into one list (`BPF_MPROG_MAX`, include/linux/bpf_mprog.h).
    public static let limit = 64

    /// `BPF_TCX_INGRESS` or `BPF_TCX_EGRESS`.
    public static func attachType(_ direction: HookDirection) -> UInt32 {
        UInt32(direction == .ingress ? MIGRATE_TCX_INGRESS : MIGRATE_TCX_EGRESS)
    }

    /// Whether this kernel has tcx (Linux 6.6).
    public static func isSupported() -> Bool {
        // Of the loopback interface; what else is wrong with asking does not say that there is none.
        do throws(KernelError) { return try read(ifindex: 1, direction: .ingress) != nil } catch { return true }
    }

    /// What is attached now, for a thread inside the interface's namespace.
    ///
    /// - Returns: `nil` where the kernel has no tcx (before Linux 6.6).
    /// - Throws: `call` with `operationNotSupportedByDevice` when the interface is gone. Needs CAP_NET_ADMIN.
    public static func read(ifindex: UInt32, direction: HookDirection) throws(KernelError) -> TCXList? {
        var room = 16
        while true {
            var programs = [UInt32](repeating: 0, count: room)
            var links = [UInt32](repeating: 0, count: room)
            var count = UInt32(room)
            var revision: UInt64 = 0
            // SAFETY: both arrays have room for `count` numbers, and the kernel writes no more.
            let result = unsafe migrate_program_list(
                ifindex, attachType(direction), &programs, &links, &count, &revision)
            switch Errno(rawValue: -result) {
            case _ where result == 0:
                let entries = zip(programs, links).prefix(Int(count)).map { program, link in
                    Entry(programID: program, linkID: link == 0 ? nil : link)
                }
                return TCXList(entries: entries, revision: revision)
            case .noSpace where room < limit: room = limit
            // Linux 6.6 says so of an interface that never had a program.
            case .noSuchFileOrDirectory: return TCXList(entries: [], revision: 1)
            case .invalidArgument: return nil
            case let cause: throw .call("query", "tcx/\(direction.rawValue) of ifindex \(ifindex)", cause)
            }
        }
    }

    /// Where a hook's program is now: behind its link, or, attached without one, by the first of `programs` found.
    ///
    /// No program is twice in a list (`bpf_mprog_exists`).
    public func position(linkID: UInt32?, programs: [UInt32]) -> Int? {
        if let linkID { return entries.firstIndex { $0.linkID == linkID } }
        return programs.lazy.compactMap { id in
            entries.firstIndex { $0.linkID == nil && $0.programID == id }
        }.first
    }
}
