import Kernel
import Model

/// Compares what stands beside a hook at tcx with what stood there.
///
/// Programs that came or went are others' doing. Those that stayed must stand where they stood: in front of ours those
/// that were in front, in the same order. The revision is no attribute: it counts our own changes, too.
struct TCXComparison {
    /// A line when the hook stands elsewhere among the same neighbours.
    var difference: String?
    /// Lines on what came and what went.
    var others: [String] = []

    init() {}

    init(_ title: String, before: TCXList, at was: Int, now: TCXList, at position: Int) {
        let (old, new) = (Self.sides(before, was), Self.sides(now, position))
        let (wasThere, isThere) = (Set(old.all), Set(new.all))
        let stayed = wasThere.intersection(isThere)
        let kept = { (side: [TCXList.Entry]) in side.filter { stayed.contains($0) } }
        if kept(old.front) != kept(new.front) || kept(old.behind) != kept(new.behind) {
            difference =
                "\(title): programs \(Self.names(old.front)) stood in front and \(Self.names(old.behind)) behind, "
                + "now \(Self.names(new.front)) and \(Self.names(new.behind))"
        }
        for entry in old.all where !isThere.contains(entry) {
            others.append("\(title): program \(entry.programID) stood beside it before and is gone")
        }
        for entry in new.all where !wasThere.contains(entry) {
            others.append("\(title): program \(entry.programID) came beside it")
        }
    }

    private static func sides(_ list: TCXList, _ own: Int) -> (
        front: [TCXList.Entry], behind: [TCXList.Entry], all: [TCXList.Entry]
    ) {
        let front = Array(list.entries.prefix(own))
        let behind = Array(list.entries.dropFirst(own + 1))
        return (front, behind, front + behind)
    }

    private static func names(_ entries: [TCXList.Entry]) -> String {
        entries.isEmpty ? "none" : entries.map { "\($0.programID)" }.joined(separator: ", ")
    }
}
