import Kernel
import Model

/// Whether an interface has a member behind it: by it packets to some key of a legacy map are delivered. Of such
/// interfaces the set is made that membership `enrolled` asks.
struct MembersBehind {
    let survey: Survey

    /// The first such key by address, if there is one; no more is asked for than what the other end's namespace holds.
    func first(_ ifindex: UInt32, at place: HookPlace, input: Int) throws(KernelError) -> IPAddress? {
        guard let link = place.topology.link(ifindex), case .link(let peer) = place.topology.peer(of: link) else {
            return nil
        }
        var keys: [IPAddress] = []
        for address in place.topology.addresses(netns: peer.netns).sorted() where try isKey(address, at: place) {
            keys.append(address)
        }
        let at = place.inputs[input]
        let answers = try place.namespace.run { () throws(KernelError) in
            try place.probe.ask(place.questions(keys, input: at), ifindex: at.link.ifindex)
        }
        return zip(keys, answers).first { $0.1.ifindex == ifindex && $0.1.nextHop == $0.0 }?.0
    }

    private func isKey(_ address: IPAddress, at place: HookPlace) throws(KernelError) -> Bool {
        for (number, map) in survey.legacyMaps.enumerated() where !place.inputs(reading: map.record.id).isEmpty {
            guard let key = map.layout.key.key(of: address, isTrie: map.record.isTrie) else { continue }
            if try survey.openMaps[number].map.value(of: key) != nil { return true }
        }
        return false
    }
}
