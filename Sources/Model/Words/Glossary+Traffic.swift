/// Of packets: both sides of a run, and what shadows saw.
extension Glossary {
    static let traffic: [Meaning] = [
        Meaning(
            "alike", "verdict on both sides",
            "Neither side fails more often than the other by more than the rule beside it allows."),
        Meaning("worse", "verdict on both sides", "The replacement fails more often than the legacy programs."),
        Meaning("better", "verdict on both sides", "The legacy programs fail more often than the replacement."),
        Meaning(
            "too-few-packets", "verdict on both sides",
            "One of the two sides saw fewer than 100 packets: nothing is concluded. No fault; wait, or send some traffic."
        ),
        Meaning("agree", "verdict of a shadow", "Packets came, and map and kernel agreed on all of them."),
        Meaning("differ", "verdict of a shadow", "For some packets map and kernel would not do the same."),
        Meaning(
            "nothing-seen", "verdict of a shadow",
            "No packet came that either program would redirect: nothing was compared, which shows nothing."),
        Meaning(
            "disturbed", "verdict of a shadow",
            "Nothing differed in what was seen, but somebody changed a hook meanwhile: it does not tell all."),
        Meaning("agreed", "comparison", "Map and kernel name the same device and the same MAC."),
        Meaning("unresolved", "comparison", "They agree on the device; the kernel would ask for the MAC first."),
        Meaning("device-differs", "comparison", "They name different devices."),
        Meaning("mac-differs", "comparison", "They name the same device and different MACs."),
        Meaning("fib-misses", "comparison", "The map redirects the packet, and the replacement would not."),
        Meaning("map-misses", "comparison", "The replacement would redirect the packet, and the map does not."),
        Meaning(
            "tcx", "way of a shadow",
            "A program stands in front of each hook by a link, which goes with its process."),
        Meaning("slot", "way of a shadow", "It compares in each hook's own slot, as a run, and gives the slot back."),
        Meaning("duration", "end of a shadow", "The time that was asked for was over."),
        Meaning("operator", "end of a shadow", "Ctrl-C: what was seen so far was asked for."),
        Meaning("signal", "end of a shadow", "SIGTERM or SIGHUP ended it."),
        Meaning(
            "cut-off", "end of a shadow",
            "Nothing more could be seen: somebody took the run back, or packets did not reach the legacy program."),
    ]
}
