import Model

/// Filters of clsact and ingress qdiscs.
enum FilterHookReader {
    /// Every filter of every clsact and ingress qdisc, on all chains; for a thread inside that namespace.
    static func hooks(
        in netns: NamespaceIdentity, links: [Link], socket: inout NetlinkSocket
    ) throws(KernelError) -> [Hook] {
        let names = Dictionary(links.map { ($0.ifindex, $0.name) }, uniquingKeysWith: { first, _ in first })
        var hooks: [Hook] = []
        var programs: [UInt32: ProgramReference] = [:]
        for qdisc in try socket.qdiscs(netns: netns.cookie) {
            guard let name = names[qdisc.ifindex] else { continue }
            for (parent, kind, direction) in places(of: qdisc) {
                let filters: [Filter]
                do {
                    filters = try socket.filters(ifindex: qdisc.ifindex, parent: parent, netns: netns.cookie)
                } catch {
                    // The interface or its qdisc went away between the two dumps.
                    if error.errno == .operationNotSupportedByDevice || error.errno == .invalidArgument
                        || error.errno == .noSuchFileOrDirectory
                    {
                        continue
                    }
                    throw error
                }
                for filter in filters {
                    hooks.append(hook(filter, netns, qdisc.ifindex, name, kind, direction, known: &programs))
                }
            }
        }
        return hooks
    }

    /// The hook as it is now, or `nil` when the filter is gone; for a thread inside its namespace.
    static func current(_ hook: Hook, socket: inout NetlinkSocket) throws(KernelError) -> Hook? {
        guard let slot = hook.filter?.slot, let filter = try socket.filter(at: slot, netns: hook.netns.cookie) else {
            return nil
        }
        return self.hook(filter, hook.netns, hook.ifindex, hook.interface, hook.kind, hook.direction)
    }

    /// Hooks as they are now, read in batches, in their order; for a thread inside their namespace.
    static func current(_ hooks: [Hook], socket: inout NetlinkSocket) -> [Result<Hook?, KernelError>] {
        guard let netns = hooks.first?.netns.cookie else { return [] }
        // What is no filter has no place to read.
        let slots = hooks.map(\.filter?.slot)
        var answers: ArraySlice<Result<Filter?, KernelError>>
        do throws(KernelError) {
            answers = try socket.filters(at: slots.compactMap { $0 }, netns: netns)[...]
        } catch {
            return hooks.map { _ in .failure(error) }
        }
        var programs: [UInt32: ProgramReference] = [:]
        return zip(hooks, slots).map { hook, slot in
            guard slot != nil, let answer = answers.popFirst() else { return .success(nil) }
            return answer.map { filter in
                filter.map {
                    self.hook(
                        $0, hook.netns, hook.ifindex, hook.interface, hook.kind, hook.direction, known: &programs)
                }
            }
        }
    }

    private static func places(of qdisc: Qdisc) -> [(parent: UInt32, kind: HookKind, direction: HookDirection)] {
        switch qdisc.kind {
        case "clsact": [(Filter.clsactIngress, .clsact, .ingress), (Filter.clsactEgress, .clsact, .egress)]
        case "ingress": [(Filter.ingressQdisc, .ingress, .ingress)]
        default: []
        }
    }

    private static func hook(
        _ filter: Filter, _ netns: NamespaceIdentity, _ ifindex: UInt32, _ name: String, _ kind: HookKind,
        _ direction: HookDirection
    ) -> Hook {
        var programs: [UInt32: ProgramReference] = [:]
        return hook(filter, netns, ifindex, name, kind, direction, known: &programs)
    }

    /// - Parameter programs: those that were asked for already; a program is in many hooks.
    private static func hook(
        _ filter: Filter, _ netns: NamespaceIdentity, _ ifindex: UInt32, _ name: String, _ kind: HookKind,
        _ direction: HookDirection, known programs: inout [UInt32: ProgramReference]
    ) -> Hook {
        var program: ProgramReference?
        if let id = filter.bpf?.programID {
            program = programs[id] ?? ProgramReference(loaded: id, tag: filter.bpf?.tag ?? "")
            programs[id] = program
        }
        return Hook(
            netns: netns, interface: name, ifindex: ifindex, kind: kind, direction: direction, chain: filter.chain,
            priority: filter.priority, handle: filter.handle, etherType: filter.protocol, program: program,
            filter: filter)
    }
}
