/// Codes of how a run is tried: 1421 to 1425.
extension Code {
    public static let badShare = Code(
        1421, .usage, "this is no share",
        "A share is written in per cent, such as 5% or 0.5%: more than nothing, at most 100%.")
    public static let checkedSeldom = Code(
        1422, .done, "nothing is checked while the run waits",
        "The interval of --check-every is as long as the confirm window, or longer. Health is asked before the flip and before a confirmation; give it a shorter interval, or the run more time."
    )
    public static let healthNotKept = Code(
        1423, .done, "what a health check found could not be kept",
        "The check was made, and the run goes on as it came out; the database has no record of it, nor has the run's report."
    )
    public static let healthNotAsked = Code(
        1424, .database, "health cannot be asked for",
        "By what a run is judged, and the command to be asked, is in the database, which cannot be read. Without it nothing is confirmed."
    )
    public static let keyMapReplaced = Code(
        1425, .drift, "the keys are kept in another map",
        "Under legacy-keys the replacement asks the map that the legacy programs read when it was planned. Somebody has pinned another one in its place: keys that are kept there it does not see. Once the deployment's own program reads the new map: roll back, plan and apply."
    )

    static let trials: [Code] = [badShare, checkedSeldom, healthNotKept, healthNotAsked, keyMapReplaced]
}
