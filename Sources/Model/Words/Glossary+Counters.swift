/// Of counters, and of what the FIB answers.
extension Glossary {
    static let counters: [Meaning] = [
        Meaning("redirected", "counter", "The replacement sent the packet to the device that the FIB names."),
        Meaning(
            "not_eligible", "counter",
            "No packet of the contract: not IP, to a group MAC, a fragment of the wrong kind and the like."),
        Meaning("not_unicast", "counter", "To a multicast, broadcast or otherwise special address."),
        Meaning("not_member", "counter", "The destination is no member: not in the set, or no key of the map."),
        Meaning("fib_miss", "counter", "The FIB has no usable answer; the stack takes the packet."),
        Meaning("gateway", "counter", "The next hop is a gateway, not the destination itself."),
        Meaning("same_device", "counter", "The FIB names the interface that the packet came in on."),
        Meaning(
            "device_denied", "counter",
            "The FIB names an interface that is on the list of those never to redirect to."),
        Meaning("device_unfit", "counter", "The FIB names an interface of a kind that nothing can be redirected to."),
        Meaning("error", "counter", "A helper of the kernel failed; the stack takes the packet."),
        Meaning("dropped", "counter", "The replacement dropped the packet, because the profile says so."),
        Meaning("success", "answer of the FIB helper", "It names a device and a MAC."),
        Meaning("blackhole", "answer of the FIB helper", "A blackhole route: packets are dropped."),
        Meaning(
            "unreachable", "answer of the FIB helper",
            "An unreachable route: packets are dropped, and the sender is told."),
        Meaning(
            "prohibit", "answer of the FIB helper",
            "A prohibit route: packets are refused, and the sender is told."),
        Meaning("not-forwarded", "answer of the FIB helper", "No route that leads out of the node."),
        Meaning("forwarding-disabled", "answer of the FIB helper", "The interface does not forward."),
        Meaning(
            "unsupported-tunnel", "answer of the FIB helper",
            "The route needs an encapsulation that the helper cannot do."),
        Meaning("no-neighbor", "answer of the FIB helper", "It knows the device, and no MAC yet."),
        Meaning("fragmentation-needed", "answer of the FIB helper", "The packet is longer than the MTU of the way."),
        Meaning("no-source-address", "answer of the FIB helper", "No source address could be chosen."),
        Meaning("not-asked", "answer of the FIB helper", "It was not asked."),
        Meaning("to_legacy", "counter", "A switch handed the packet to the legacy program."),
        Meaning(
            "fell_forward", "counter",
            "A switch could not hand the packet to the legacy program, and the replacement took it."),
        Meaning(
            "legacy_share", "counter",
            "Handed to the legacy program because the packet's flow is not in the share."),
        Meaning("legacy_miss", "counter", "Of those: the destination is no key of the legacy map."),
        Meaning("legacy_failed", "counter", "Of those: a planned destination whose device in the legacy map is gone."),
        Meaning(
            "failed", "counter",
            "A planned destination that is still a key, and the replacement did not redirect to it, or redirected wrongly."
        ),
        Meaning(
            "misdirected", "counter",
            "Redirected to a device that neither plan nor map names for the planned destination."),
        Meaning(
            "widened", "counter",
            "Redirected to a destination that is neither planned nor a key of the legacy map."),
        Meaning("outsider", "counter", "Of those: through a device behind which the plan knows of nothing."),
    ]
}
