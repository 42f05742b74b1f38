import Model

/// Finds who filters packets in one namespace.
public enum PacketFilterReader {
    /// Chains of nftables and of iptables; for a thread inside that namespace.
    ///
    /// Asking for a socket of nfnetlink may make the kernel load that module, as `nft list ruleset` does.
    public static func filters(netns: UInt64) throws(KernelError) -> [PacketFilter] {
        var found: [PacketFilter] = []
        do throws(KernelError) {
            var socket = try NetlinkSocket(.netfilter)
            found = try socket.baseChains(netns: netns)
        } catch {
            // A kernel without nfnetlink.
            guard error.errno == .protocolNotSupported else { throw error }
        }
        return found + (try LegacyTables.chains(netns: netns))
    }

    /// BPF programs on netfilter's hooks. A link does not say in which namespace.
    public static func filters(_ links: [BPFLinkRecord]) -> [PacketFilter] {
        links.compactMap { link in
            guard case .netfilter(let family, let hook, let priority) = link.place else { return nil }
            let name = NetfilterHook.family(family)
            return PacketFilter(
                netns: nil, kind: .bpf, family: name, hook: NetfilterHook.hook(hook, family: name), priority: priority,
                program: ProgramReference(loaded: link.programID), linkID: link.id)
        }
    }
}
