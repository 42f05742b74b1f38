import Kernel
import Model

/// Under `legacy-keys`: a map that the replacement asks, and in whose place somebody has pinned another one since.
///
/// The program keeps the map that it was loaded with, by its id. Whoever keeps the keys keeps those of the pin.
public enum KeyMapDrift {
    /// One line for each. A pin that is only gone says nothing of who keeps the keys.
    public static func lines(_ plan: PlanDocument, bpffs: BPFFileSystem) -> [String] {
        guard plan.decision.membership == .legacyKeys else { return [] }
        return plan.decision.maps.compactMap { map in
            guard map.keys?.readers.isEmpty == false,
                let now = try? BPFMap(pin: "\(bpffs.path)/\(map.pin)").record.id, now != map.id
            else { return nil }
            return
                "\(map.pin) is map \(now) now, and the replacement asks map \(map.id) for its keys: of pods that come "
                + "and go it learns nothing more [\(Code.keyMapReplaced.text)]"
        }
    }
}
