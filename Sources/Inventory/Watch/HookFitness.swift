import Kernel
import Model

/// What about one hook alone keeps it from being replaced exactly, as a plan of the whole node would find it.
public enum HookFitness {
    /// One line for each fault.
    public static func faults(_ hook: Hook, _ profile: Profile, in namespace: NetworkNamespace?) -> [String] {
        HookBlockers.blockers(hook).map { "\($0.message) [\($0.code)]" }
            + profile.contract.families.filter { HookBlockers.isForwardingOff(hook, $0, in: namespace) }.map {
                "\(hook.interface): \($0.rawValue) forwarding is off [\(Code.forwardingOff.text)]"
            }
    }
}
