import Kernel
import Model

/// Reads the hooks of a run that is in place.
enum HookReadings {
    /// Whether each holds a program of the run, in their order.
    static func ours(_ hooks: [PinnedHook], in directory: NamespaceDirectory, node: UInt64) -> [HookReading] {
        hooks.inGroups(by: \.before.netns.cookie) { cookie, hooks in
            guard let namespace = directory[cookie] else {
                return hooks.map { reading(.vanished, $0, node, "its network namespace was not found") }
            }
            do throws(KernelError) {
                return try namespace.run { () throws(KernelError) in try ours(hooks, node) }
            } catch {
                return hooks.map { reading(.unknown, $0, node, "\(error)") }
            }
        }
    }

    private static func ours(_ hooks: [PinnedHook], _ node: UInt64) throws(KernelError) -> [HookReading] {
        var socket = try NetlinkSocket()
        let found = HookReader.current(hooks.map(\.before), replacements: hooks.map(\.ours), socket: &socket)
        let isThere = { (found: Result<Hook?, KernelError>) in if case .success(.some) = found { true } else { false } }
        // Only where a hook was not read is it asked whether its interface is there.
        let interfaces =
            found.allSatisfy(isThere)
            ? [] : Set(try socket.links(netns: hooks.first?.before.netns.cookie ?? 0).map(\.ifindex))
        return zip(hooks, found).map { hook, result in
            guard isThere(result) || interfaces.contains(hook.before.ifindex) else {
                return reading(.vanished, hook, node, "the interface is gone")
            }
            switch result {
            case .failure(let error): return reading(.unknown, hook, node, "\(error)")
            case .success(nil): return reading(.others, hook, node, "nothing is there any more")
            case .success(let now?):
                let id = now.program?.id ?? 0
                if hook.ours.contains(id) { return HookReading(standing: .ours, program: now.program) }
                return HookReading(
                    standing: .others, program: now.program,
                    line: "\(hook.before.title(onNode: node)): holds program \(id), which is not ours")
            }
        }
    }

    private static func reading(_ standing: HookStanding, _ hook: PinnedHook, _ node: UInt64, _ why: String)
        -> HookReading
    {
        HookReading(standing: standing, program: nil, line: "\(hook.before.title(onNode: node)): \(why)")
    }
}
