import Kernel
import Model

/// Puts the legacy programs back into many hooks at once; each of them is judged on its own (`HookRestorer`).
struct RestoreBatch {
    let directory: NamespaceDirectory
    let pins: RunPins
    /// The legacy programs, where this process holds them open.
    let held: HeldRun?
    let afterCheck: (Hook) -> Void
    let limits: ExchangeLimits

    /// - Returns: one fate for each hook, in their order.
    func restore(_ hooks: [HookRestorer]) -> [HookFate] {
        hooks.inGroups(by: \.before.netns.cookie) { cookie, hooks in
            guard let namespace = directory[cookie] else { return hooks.map(\.unfound) }
            return restore(hooks, in: namespace)
        }
    }

    private func restore(_ hooks: [HookRestorer], in namespace: NetworkNamespace) -> [HookFate] {
        let steps: [HookRestorer.Step]
        do throws(KernelError) {
            steps = try namespace.run { () throws(KernelError) in try look(at: hooks) }
        } catch {
            return hooks.map { $0.unread(error) }
        }
        var (fates, swaps) = prepare(hooks, steps)
        let outcomes = HookExchange.exchange(swaps.map(\.swap), in: namespace, limits)
        let done = zip(swaps, outcomes).map { (hook: hooks[$0.place], outcome: $1) }
        for (swap, fate) in zip(swaps, judge(done, in: namespace)) { fates[swap.place] = fate }
        return zip(hooks, fates).map { $1 ?? .mixed("\($0.title): it was not looked at", nil) }
    }

    private func look(at hooks: [HookRestorer]) throws(KernelError) -> [HookRestorer.Step] {
        var socket = try NetlinkSocket()
        let found = HookReader.current(
            hooks.map(\.before), replacements: hooks.map(\.hook.ours), socket: &socket)
        // What was found has an interface. Only for the others all are listed, which takes longer than reading the hooks.
        let isFound = found.map { if case .success(_?) = $0 { true } else { false } }
        let interfaces = isFound.allSatisfy { $0 } ? [] : try interfaces(of: hooks, &socket)
        return hooks.enumerated().map { index, hook in
            hook.step(found[index], hasInterface: isFound[index] || interfaces.contains(hook.before.ifindex))
        }
    }

    private func interfaces(of hooks: [HookRestorer], _ socket: inout NetlinkSocket) throws(KernelError) -> Set<UInt32>
    {
        Set(try socket.links(netns: hooks.first?.before.netns.cookie ?? 0).map(\.ifindex))
    }

    /// Opens what goes back, each program once.
    private func prepare(
        _ hooks: [HookRestorer], _ steps: [HookRestorer.Step]
    ) -> (fates: [HookFate?], swaps: [(place: Int, swap: HookExchange.Swap)]) {
        var fates: [HookFate?] = []
        var swaps: [(place: Int, swap: HookExchange.Swap)] = []
        var programs: [UInt32: OpenProgram] = [:]
        for (place, hook) in hooks.enumerated() {
            switch steps[place] {
            case .nothing(let fate): fates.append(fate)
            case .exchange(let found, let holds, let legacy):
                do throws(KernelError) {
                    var program = held?.program(legacy.id) ?? programs[legacy.id]
                    if program == nil { program = try hook.legacyProgram(legacy.id) }
                    programs[legacy.id] = program
                    fates.append(program == nil ? hook.lost(found, legacy) : nil)
                    if let program { swaps.append((place, swap(hook, program, over: holds))) }
                } catch {
                    fates.append(.difference("\(hook.title): its program cannot be opened: \(error)", found))
                }
            }
        }
        return (fates, swaps)
    }

    private func swap(_ hook: HookRestorer, _ program: OpenProgram, over holds: UInt32) -> HookExchange.Swap {
        HookExchange.Swap(
            hook: hook.before, replacements: [holds], program: program, attributes: hook.before.filter?.bpf
        ) { found in
            guard found.program?.id == holds else { return false }
            afterCheck(hook.before)
            return true
        }
    }

    private func judge(
        _ done: [(hook: HookRestorer, outcome: HookExchange.Outcome)], in namespace: NetworkNamespace
    ) -> [HookFate] {
        do throws(KernelError) {
            return try namespace.run { () throws(KernelError) in
                var interfaces: Set<UInt32>?
                return done.map { hook, outcome in
                    hook.fate(of: outcome) {
                        if interfaces == nil, var socket = try? NetlinkSocket() {
                            interfaces = try? self.interfaces(of: done.map(\.hook), &socket)
                        }
                        return interfaces?.contains(hook.before.ifindex) ?? true
                    }
                }
            }
        } catch {
            return done.map { hook, outcome in
                let line = "\(hook.title): the program was exchanged and could not be compared: \(error)"
                // What was read back is ours; what came in between is not settled by that.
                var fate = if case .done = outcome { HookFate.unread(line) } else { HookFate.mixed(line, nil) }
                fate.changed = outcome.isChange
                return fate
            }
        }
    }
}
