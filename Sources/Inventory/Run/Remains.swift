import Kernel
import Model

/// What is left of the deployment whose programs a finalized run replaced: its pinned maps, and its programs that
/// somebody still holds. Nothing of it is ours to remove.
public enum Remains {
    /// One line for each; of a run that is not finalized none, for there it is in use.
    ///
    /// - Parameter plan: of the run; without it the maps are not known.
    public static func lines(_ run: RunRecord, _ outlook: RunOutlook, plan: PlanDocument?, bpffs: BPFFileSystem)
        -> [String]
    {
        guard outlook.state == .finalized else { return [] }
        let pins = BPFPins(bpffs)
        let maps = plan?.decision.maps ?? []
        return maps.flatMap { self.lines($0, membership: plan?.decision.membership, pins, bpffs) }
            + programs(run, reading: Set(maps.map(\.id)), pins, bpffs)
    }

    private static func lines(
        _ map: Decision.MapIdentity, membership: Membership?, _ pins: BPFPins, _ bpffs: BPFFileSystem
    ) -> [String] {
        let use =
            membership == .legacyKeys && map.keys?.readers.isEmpty == false
            ? "the replacement asks it for its keys" : "an installed CNI plugin may still load against it"
        return (pins.maps[map.id] ?? []).map { pin in
            let path = "\(bpffs.path)/\(pin)"
            let name = (try? BPFMap(id: map.id).record.name) ?? map.pin
            return "map \(name) pinned at \(path)\(entries(map.id)): \(use)"
        }
    }

    /// Counted up to a bound: a map of a million entries is not read for this.
    private static func entries(_ id: UInt32) -> String {
        let limit = 65_536
        var count = 0
        do throws(KernelError) {
            try BPFMap(id: id).forEachBatch { batch in
                count += batch.count
                return count < limit
            }
        } catch {
            return ""
        }
        if count >= limit { return " (\(limit) entries or more)" }
        return count == 1 ? " (1 entry)" : " (\(count) entries)"
    }

    /// The legacy programs that are loaded still, and whatever else that is pinned and reads those maps.
    private static func programs(
        _ run: RunRecord, reading maps: Set<UInt32>, _ pins: BPFPins, _ bpffs: BPFFileSystem
    ) -> [String] {
        let legacy = Set(run.hooks.compactMap(\.before.program?.id))
        return legacy.union(pins.programs.keys).sorted().compactMap { id in
            guard let record = try? BPFProgram(id: id).record, !ReplacementObject.isOurs(record.reference) else {
                return nil
            }
            let paths = (pins.programs[id] ?? []).map { "\(bpffs.path)/\($0)" }
            guard legacy.contains(id) || !maps.isDisjoint(with: record.mapIDs) else { return nil }
            let place =
                paths.isEmpty ? "is still loaded: something holds it" : "pinned at \(paths.joined(separator: ", "))"
            return "program \(id) (\(record.reference.name), tag \(record.reference.tag)) \(place)"
        }
    }
}
