/// Plans, and documents: 11xx.
extension Code {
    public static let stalePlan = Code(
        1101, .stale, "the plan is stale",
        "The node no longer asks for the decision that was approved. Make a new plan and compare.")
    public static let editedPlan = Code(
        1102, .badInput, "the plan file was edited",
        "Its digest or its id does not fit its contents. A plan is evidence of what was approved; make a new one.")
    public static let otherNode = Code(
        1103, .refused, "the plan is of another node", "Node name or machine id of the plan are not this machine's.")
    public static let otherBoot = Code(
        1104, .stale, "the plan is from before a reboot",
        "Program ids and namespaces do not survive a boot. Make a new plan.")
    public static let otherVersion = Code(
        1105, .badInput, "the document is of another version",
        "Its format version or its kind is not one this program reads.")
    public static let unreadablePlan = Code(
        1106, .badInput, "the plan cannot be read", "The file is missing, not JSON, or not a plan.")
    public static let unknownID = Code(
        1107, .badInput, "nothing has this id",
        "No plan, run or snapshot in the database has this id, or more than one begins with it.")
    public static let wrongNode = Code(
        1108, .refused, "--node names another machine",
        "--node is a guard, not a target: the command acts on the machine it runs on.")

    static let plans: [Code] = [
        stalePlan, editedPlan, otherNode, otherBoot, otherVersion, unreadablePlan, unknownID, wrongNode,
    ]
}
