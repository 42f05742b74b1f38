import CKernel
import Model

extension NetlinkSocket {
    /// What the socket's namespace calls other namespaces (`RTM_GETNSID`, net/core/net_namespace.c).
    /// - Returns: for each namespace its id, or `nil` where it has none (`NETNSA_NSID_NOT_ASSIGNED`).
    public mutating func namespaceIDs(of namespaces: [NetworkNamespace]) throws(KernelError) -> [Int32?] {
        var ids = [Int32?](repeating: nil, count: namespaces.count)
        var refusal: NetlinkStatus?
        var start = 0
        while start < namespaces.count {
            let end = min(start + batchLimit, namespaces.count)
            let requests = namespaces[start..<end].map { namespace in
                NetlinkMessage(type: RTM_GETNSID, family: FamilyHeader.generic).with {
                    $0.add(NETNSA_FD, UInt32(bitPattern: namespace.descriptor))
                }
            }
            try exchange(requests, first: takeSequences(end - start), count: end - start, of: "namespace ids") {
                (index, payload, status) throws(NetlinkFault) in
                if let status {
                    refusal = status
                } else {
                    ids[start + index] = try Self.namespaceID(payload)
                }
            }
            if let errno = refusal?.errno { throw .call("read", "namespace ids", errno, detail: refusal?.text) }
            start = end
        }
        return ids
    }

    private static func namespaceID(_ payload: RawSpan) throws(NetlinkFault) -> Int32? {
        var id: Int32?
        try NetlinkFraming.forEachAttribute(in: payload, after: 1) { (type, value) throws(NetlinkFault) in
            if type == NETNSA_NSID { id = try value.int32() }
        }
        guard let id, id >= 0 else { return nil }
        return id
    }

    /// The links of the socket's namespace with `Link.peerNetns` filled in where it can be told.
    ///
    /// A peer without a namespace id is in the same namespace; one whose id belongs to none of
    /// `namespaces` stays unknown. Dump the links first: the kernel gives out missing ids while it dumps.
    public mutating func peerNamespaces(
        of links: [Link], among namespaces: [NetworkNamespace]
    ) throws(KernelError) -> [Link] {
        var cookies: [Int32: UInt64] = [:]
        for (namespace, id) in zip(namespaces, try namespaceIDs(of: namespaces)) {
            if let id { cookies[id] = namespace.identity.cookie }
        }
        return links.map { link in
            var link = link
            if let id = link.peerNetnsID {
                link.peerNetns = cookies[id]
            } else if link.peer != nil {
                link.peerNetns = link.netns
            }
            return link
        }
    }
}
