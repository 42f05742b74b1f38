extension Verdict {
    /// What it means, for somebody who meets the word for the first time: `migrate explain mac-mismatch` and
    /// docs/inventory.md say the same.
    public var why: String {
        switch self {
        case .localAddress: "The node itself has the address, so that its packets end here and are redirected nowhere."
        case .noRoute: "The kernel does not forward to the address: it has no route, or forwarding is off."
        case .unreachable: "A blackhole, unreachable or prohibit route refuses the address."
        case .unsupportedDevice:
            "The kernel's interface is none to redirect to: a bridge or its port, of another link type, one that leads to "
                + "gateways, or the one that the packet came in on."
        case .viaGateway: "The kernel has no route of its own for the address: packets to it go to a gateway."
        case .dependsOnPacket: "A rule or a multipath route decides by more of a packet than its destination."
        case .staleInterface: "The interface that the map names is gone."
        case .interfaceMismatch: "Map and kernel name different interfaces."
        case .macMismatch:
            "Map and kernel name the same interface, and the map's MAC is not that of the pod behind it."
        case .neighborDiffers:
            "The map is right and the kernel's neighbor is not: it has a MAC that is not that of the pod."
        case .neighborFailed: "Map and kernel agree on the interface; the kernel asked for the MAC and nobody answered."
        case .unresolvedNeighbor:
            "Map and kernel agree on the interface; the kernel does not know the MAC yet and asks for it with the first packet."
        case .match: "Map and kernel agree on interface and MAC."
        }
    }
}

extension Effect {
    /// What becomes of packets to such an entry's address, in a few words.
    public var words: String {
        switch self {
        case .same: "delivered today and afterwards"
        case .healed: "lost today, delivered afterwards"
        case .broken: "delivered today, lost afterwards"
        case .gone: "nobody here has the address"
        case .stillBroken: "lost today and afterwards"
        case .unknown: "the pod's side could not be read"
        }
    }

    /// What it means; as ``Verdict/why``.
    public var why: String {
        switch self {
        case .same: "By the map packets arrive, and by the kernel's routes as well."
        case .healed:
            "By the map packets are lost; by the kernel's routes they arrive: at once, or, where the note says that the "
                + "neighbor is wrong today, once the kernel notices, up to about 53 s."
        case .broken: "By the map packets arrive; by the kernel's routes they would be lost. Blocks apply (MIG1301)."
        case .gone: "No namespace of this machine has the address, so that no packet can arrive, today or afterwards."
        case .stillBroken: "Somebody has the address, and packets are lost by the map and by the kernel's routes."
        case .unknown:
            "Whether packets arrive cannot be told: the pod's side could not be read. Blocks apply (MIG1302) without "
                + "--accept-unknown."
        }
    }
}
