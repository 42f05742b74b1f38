import Model

/// Reads the programs attached at tcx. All of it is for a thread inside the namespace.
public enum TCXHookReader {
    /// Those of all interfaces, both directions, in the order in which they run.
    ///
    /// One call for an interface and direction; a single one in all where the kernel has no tcx.
    public static func hooks(in netns: NamespaceIdentity, links: [Link]) throws(KernelError) -> [Hook] {
        var hooks: [Hook] = []
        for link in links {
            for direction in [HookDirection.ingress, .egress] {
                do {
                    guard let list = try TCXList.read(ifindex: link.ifindex, direction: direction) else { return [] }
                    for position in list.entries.indices {
                        hooks.append(hook(list, position, netns, link.ifindex, link.name, direction))
                    }
                } catch {
                    // The interface went away since it was listed.
                    guard error.errno == .operationNotSupportedByDevice else { throw error }
                }
            }
        }
        return hooks
    }

    /// The hook as it is now, or `nil` when its link, program or interface is gone.
    ///
    /// - Parameter replacement: the program that took its program's place, if one did: without a link only the
    ///   program says which place is meant.
    public static func current(_ hook: Hook, replacement: UInt32? = nil) throws(KernelError) -> Hook? {
        try current(hook, replacements: [replacement].compactMap { $0 })
    }

    /// As above where one of several programs may have taken its program's place.
    public static func current(_ hook: Hook, replacements: [UInt32]) throws(KernelError) -> Hook? {
        do {
            guard let list = try TCXList.read(ifindex: hook.ifindex, direction: hook.direction),
                let position = position(of: hook, replacements: replacements, in: list)
            else { return nil }
            return self.hook(list, position, hook.netns, hook.ifindex, hook.interface, hook.direction)
        } catch {
            guard error.errno == .operationNotSupportedByDevice else { throw error }
            return nil
        }
    }

    /// Whatever is attached, without a link, at the position where the hook was; `nil` for a hook behind a link.
    public static func neighbor(at hook: Hook) throws(KernelError) -> Hook? {
        guard let place = hook.attachment, place.linkID == nil,
            let list = try TCXList.read(ifindex: hook.ifindex, direction: hook.direction),
            list.entries.indices.contains(Int(place.position)), list.entries[Int(place.position)].linkID == nil
        else { return nil }
        return self.hook(list, Int(place.position), hook.netns, hook.ifindex, hook.interface, hook.direction)
    }

    /// Where the hook is in its list now; `nil` when it is not in it.
    public static func position(of hook: Hook, replacement: UInt32?, in list: TCXList) -> Int? {
        position(of: hook, replacements: [replacement].compactMap { $0 }, in: list)
    }

    static func position(of hook: Hook, replacements: [UInt32], in list: TCXList) -> Int? {
        list.position(
            linkID: hook.attachment?.linkID,
            // Ours first: whoever attached the other one again did so elsewhere in the list.
            programs: (replacements + [hook.program?.id].compactMap { $0 }).filter { $0 != 0 })
    }

    /// One place of a list. tcx has no chain, priority, handle or protocol: every program sees every packet.
    public static func hook(
        _ list: TCXList, _ position: Int, _ netns: NamespaceIdentity, _ ifindex: UInt32, _ interface: String,
        _ direction: HookDirection
    ) -> Hook {
        let entry = list.entries[position]
        // One that went away between the two reads keeps its id; its name and tag are then unknown.
        let program =
            (try? BPFProgram(id: entry.programID).record.reference)
            ?? ProgramReference(id: entry.programID, name: "", tag: "")
        return Hook(
            netns: netns, interface: interface, ifindex: ifindex, kind: .tcx, direction: direction, chain: 0,
            priority: 0, handle: 0, etherType: 3, program: program, filter: nil,
            attachment: Attachment(linkID: entry.linkID, position: UInt32(position), revision: list.revision))
    }
}
