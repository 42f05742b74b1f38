/// Codes of `migrate watch`: 1470 to 1476.
extension Code {
    public static let hookAppeared = Code(
        1470, .drift, "a new hook holds the legacy program",
        "It came after the run was applied: a proxy or a pod was made again, or the agent attached its program elsewhere. What comes in there goes by the map. `watch --heal` converts it; by hand: roll back, plan and apply."
    )
    public static let hookDrifted = Code(
        1471, .drift, "a hook of a committed run does not hold what the run put there",
        "Somebody else replaced or removed the program. `watch --heal` converts it again where it is the legacy program's; else it is left to them."
    )
    public static let notHealed = Code(
        1472, .drift, "a hook is not healed",
        "Only what is like the hooks of the committed run is converted, and only while nothing on the node would block a plan. What differs is said."
    )
    public static let healGivenUp = Code(
        1473, .drift, "somebody insists on a hook",
        "It was converted three times and taken each time, or the operator took it back: it is left as it is until its interface is another one or watch is started again. `tc monitor` shows the other writer."
    )
    public static let healTakenBack = Code(
        1474, .drift, "a heal was taken back",
        "The whole node was read again after the hook had been converted, or its breaker counted failures: what was found is said, and the hook holds what it held before."
    )
    public static let healLater = Code(
        1475, .drift, "a hook waits to be healed",
        "As many hooks as --limit allows were converted within the last minute, or another command is changing the node. It is tried again."
    )
    public static let eventsLost = Code(
        1476, .done, "the kernel dropped notifications",
        "More was changed than could be taken in: everything is looked at again. Nothing is lost but time.")

    static let watching: [Code] = [
        hookAppeared, hookDrifted, notHealed, healGivenUp, healTakenBack, healLater, eventsLost,
    ]
}
