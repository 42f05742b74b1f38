/// Codes of `migrate shadow`: 1401 to 1409.
extension Code {
    public static let shadowNeedsTCX = Code(
        1401, .blocked, "shadow needs tcx",
        "It stands in front of the legacy programs by links that the kernel removes with the process, which there are since Linux 6.6. Without them, compare on made packets: migrate plan --equivalence."
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
}
