/// Of evidence: packets of the equivalence test, claims and measurements of reports.
extension Glossary {
    static let evidence: [Meaning] = [
        Meaning("shown", "standing of a claim", "What the claim says was looked for and found so."),
        Meaning("not-shown", "standing of a claim", "Nobody looked, or there was nothing to see."),
        Meaning("failed", "standing of a claim", "What the claim says was found not to be so."),
        Meaning("two-readings", "way of measuring updates", "The plan read every entry of the map twice and compared."),
        Meaning(
            "snapshot-and-now", "way of measuring updates",
            "The plan's snapshot against the map as it was when the report was made."),
        Meaning("not-measured", "way of measuring updates", "Nobody measured it."),
        Meaning("entry", "role of a destination", "A key of the legacy map."),
        Meaning("widened", "role of a destination", "No key, and the plan says that the replacement redirects to it."),
        Meaning("unknown", "role of a destination", "No key, and none that the plan names."),
        Meaning(
            "special", "role of a destination",
            "Multicast, broadcast, loopback, link-local, unspecified, or the node itself."),
        Meaning("ok", "verdict of a program", "TC_ACT_OK: the stack takes the packet."),
        Meaning("shot", "verdict of a program", "TC_ACT_SHOT: the packet is dropped."),
        Meaning("stolen", "verdict of a program", "TC_ACT_STOLEN: the program keeps the packet."),
        Meaning("redirect", "verdict of a program", "TC_ACT_REDIRECT: the packet is sent to another device."),
        Meaning("trap", "verdict of a program", "TC_ACT_TRAP: the packet is handed to the control plane."),
        Meaning("next", "verdict of a program", "TC_ACT_UNSPEC or TCX_NEXT: the next program decides."),
        Meaning("verdict", "aspect of a comparison", "What the program returned."),
        Meaning("length", "aspect of a comparison", "How long the packet is afterwards."),
        Meaning("bytes", "aspect of a comparison", "The bytes of the packet behind its MACs."),
        Meaning("destination-mac", "aspect of a comparison", "The MAC that the packet goes to."),
        Meaning("source-mac", "aspect of a comparison", "The MAC that the packet comes from."),
        Meaning("mark", "aspect of a comparison", "The mark of the packet (skb->mark)."),
        Meaning("priority", "aspect of a comparison", "The priority of the packet (skb->priority)."),
        Meaning(
            "control-block", "aspect of a comparison",
            "What programs leave for each other with the packet (skb->cb)."),
        Meaning("device", "aspect of a comparison", "The device that the packet is redirected to."),
    ]
}
