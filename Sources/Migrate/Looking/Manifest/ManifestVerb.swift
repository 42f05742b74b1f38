import ArgumentParser

public struct ManifestVerb: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "manifest",
        abstract: "Print what Kubernetes needs to run a verb: a Job on one node, or a DaemonSet on every node.",
        discussion: """
            Nothing is sent anywhere: the result is YAML for kubectl, in the order in which it is used. It needs neither \
            root nor a node. The base (namespace, service account) comes first, once for a cluster; a plan's id is in \
            the log of its Job, and in the termination message of its pod.

            Example:  migrate manifest base --image IMAGE | kubectl apply -f -
            Example:  migrate manifest plan --node worker-7 --image IMAGE | kubectl create -f -
            Example:  migrate manifest apply --node worker-7 --image IMAGE --detach p-3f9c1a2b | kubectl create -f -
            """,
        subcommands: [
            ManifestPlanVerb.self, ManifestApplyVerb.self, ManifestConfirmVerb.self, ManifestRollbackVerb.self,
            ManifestFinalizeVerb.self, ManifestStatusVerb.self, ManifestPreflightVerb.self, ManifestWatchVerb.self,
            ManifestBaseVerb.self,
        ],
        defaultSubcommand: ManifestPlanVerb.self)

    public init() {}
}
