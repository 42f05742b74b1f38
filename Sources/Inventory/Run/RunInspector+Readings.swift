import FoundationEssentials
import Kernel
import Model

extension RunInspector {
    /// Every hook of the run as it is now, against what was there before the run, in the run's order.
    public func hooksNow() -> HooksNow { HooksNow(at: Date(), hooks: run.hooks.map(reading)) }

    private func reading(_ hook: RunRecord.RunHook) -> HookReading {
        let title = hook.before.title(onNode: run.nodeNetns)
        guard let namespace = namespaces.first(where: { $0.identity == hook.before.netns }) else {
            return unfound(hook, title)
        }
        do throws(KernelError) {
            let (isThere, now) = try look(hook, in: namespace)
            guard isThere else {
                return HookReading(standing: .vanished, program: nil, line: "\(title): the interface is gone")
            }
            return now.map { compare(hook, $0, title) } ?? gone(hook, title)
        } catch {
            return HookReading(standing: .unknown, program: nil, line: "\(title): could not be read: \(error)")
        }
    }

    /// A program that the kernel has freed is attached nowhere; of one that it has not nothing is known.
    private func unfound(_ hook: RunRecord.RunHook, _ title: String) -> HookReading {
        let line = "\(title): its network namespace was not found"
        guard let ours = hook.replacement?.id, !hook.ours.contains(where: BPFProgram.exists) else {
            return HookReading(standing: .unknown, program: nil, line: "\(line); not looked into: \(gaps)")
        }
        return HookReading(
            standing: .vanished, program: nil, line: "\(line), and the kernel has freed our program \(ours)")
    }

    private func look(
        _ hook: RunRecord.RunHook, in namespace: NetworkNamespace
    ) throws(KernelError) -> (isThere: Bool, now: Hook?) {
        let before = hook.before
        return try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            guard try socket.links(netns: before.netns.cookie).contains(where: { $0.ifindex == before.ifindex }) else {
                return (false, nil)
            }
            do throws(KernelError) {
                for id in hook.ours.sorted() {
                    let found = try HookReader.current(before, replacement: id, socket: &socket)
                    if found != nil { return (true, found) }
                }
                return (true, try HookReader.current(before, socket: &socket))
            } catch {
                // No clsact qdisc any more: the filter went with it.
                if error.errno == .invalidArgument || error.errno == .noSuchFileOrDirectory { return (true, nil) }
                throw error
            }
        }
    }

    private func gone(_ hook: RunRecord.RunHook, _ title: String) -> HookReading {
        if let link = hook.before.attachment?.linkID {
            return HookReading(standing: .vanished, program: nil, line: "\(title): link \(link) is gone")
        }
        let what = hook.before.filter == nil ? "program" : "filter"
        return HookReading(standing: .others, program: nil, line: "\(title): the \(what) is gone")
    }

    private func compare(_ hook: RunRecord.RunHook, _ now: Hook, _ title: String) -> HookReading {
        let before = hook.before
        func reading(_ standing: HookStanding, _ line: String? = nil) -> HookReading {
            HookReading(standing: standing, program: now.program, line: line)
        }
        let name = now.program.map { "program \($0.id) (\($0.name), tag \($0.tag))" } ?? "no program"
        if let id = now.program?.id, hook.ours.contains(id) {
            return reading(.ours, "\(title): holds our program \(id)")
        }
        guard now.program?.id == before.program?.id else {
            return reading(
                .others, "\(title): holds \(name), program \(before.program?.id ?? 0) was there before the run")
        }
        guard let was = before.filter, let filter = now.filter, was != filter else { return reading(.asBefore) }
        let lines = FilterComparison.differences(title, before: was, now: filter)
        return reading(.differs, lines.joined(separator: "; "))
    }
}
