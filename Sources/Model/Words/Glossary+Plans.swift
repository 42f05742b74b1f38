/// Of plans: who is a member, how packets leave, what is done.
extension Glossary {
    static let plans: [Meaning] = [
        Meaning(
            "on-link", "membership",
            "A member is any destination that is its own next hop on an eligible device: nobody has to enter anybody anywhere."
        ),
        Meaning(
            "enrolled", "membership",
            "A member is whoever is behind an interface in a set; the kernel takes an interface out of it when the interface goes."
        ),
        Meaning(
            "legacy-keys", "membership",
            "A member is whose address is still a key of the legacy map, so that the map stays in use."),
        Meaning("all-local-pods", "members of a profile", "The map holds every pod of this node."),
        Meaning("enrolled", "members of a profile", "The map holds those pods only that somebody entered."),
        Meaning("neigh", "egress", "bpf_redirect_neigh: the neighbor subsystem resolves, refreshes and queues."),
        Meaning(
            "mac", "egress",
            "The program writes the destination MAC and calls bpf_redirect, as the classic pattern does."),
        Meaning(
            "peer", "egress",
            "bpf_redirect_peer: straight into the namespace behind the veth, past everything at its host side."),
        Meaning("replace", "action on a hook", "The legacy program there is replaced."),
        Meaning("keep", "action on a hook", "It belongs to the deployment and stays as it is."),
        Meaning("foreign", "action on a hook", "Somebody else's; it is seen and left alone."),
        Meaning("ours", "action on a hook", "The replacement of an earlier run is there."),
        Meaning(
            "widened", "change of a plan",
            "A destination that the map does not hold, and that the replacement redirects to."),
        Meaning(
            "lost", "change of a plan",
            "A destination that the map holds, and that the replacement leaves to the stack."),
    ]
}
