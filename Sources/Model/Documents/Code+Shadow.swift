/// Codes of `migrate shadow`: 1401 to 1410.
extension Code {
    public static let shadowNeedsTCX = Code(
        1401, .blocked, "there is no tcx",
        "A shadow stands in front of the legacy programs by links that the kernel removes with the process, which there are since Linux 6.6. Without them it compares in the slots themselves, as a run in state shadow."
    )
    public static let shadowUnfit = Code(
        1402, .blocked, "a legacy program cannot be shadowed",
        "It reads several maps of one address family: which of them it goes by for a packet cannot be told from outside."
    )
    public static let shadowNotAttached = Code(
        1403, .blocked, "the shadow could not be attached",
        "The kernel's own words are quoted. What was attached of it is gone again.")
    public static let shadowDiffers = Code(
        1404, .drift, "live packets would fare differently",
        "For some packets map and replacement say different things: they are listed by destination, with both answers. Nothing was changed."
    )
    public static let shadowSawNothing = Code(
        1405, .done, "no eligible packet was seen",
        "Nothing differed because nothing came that either program would redirect. That shows nothing: shadow again, longer or under traffic."
    )
    public static let shadowDisturbed = Code(
        1406, .drift, "the shadow was disturbed",
        "A legacy program was replaced, its hook went, somebody took a link of the shadow away, or the legacy program dropped packets whatever its map says: what was seen does not tell all."
    )
    public static let shadowNotKept = Code(
        1407, .database, "the result of the shadow could not be kept",
        "It was printed, and the node is as it was; the database has no record of it.")
    public static let shadowNotForSlots = Code(
        1408, .blocked, "the shadow cannot compare in the slots",
        "In the slots it stands where apply would put a switch, and needs what that needs: a plan that replaces by switches, and nothing that blocks the exchange itself. What only blocks taking over does not matter."
    )
    public static let shadowStays = Code(
        1409, .residue, "the shadow is still in the slots",
        "Its slots could not be given back, or not all of them. Every packet takes the legacy program meanwhile; the run stays in state shadow until a command that changes the node takes it out."
    )
    public static let shadowWatched = Code(
        1410, .anotherRun, "a shadow is in the slots, and somebody watches it",
        "It holds the hooks' slots until it ends. Wait for it, end it with Ctrl-C where it was started, or take it back."
    )

    static let shadows: [Code] = [
        shadowNeedsTCX, shadowUnfit, shadowNotAttached, shadowDiffers, shadowSawNothing, shadowDisturbed, shadowNotKept,
        shadowNotForSlots, shadowStays, shadowWatched,
    ]
}
