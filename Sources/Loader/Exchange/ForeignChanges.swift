import Kernel
import Model

/// What others wrote into slots just before we did, as the notifications tell it.
struct ForeignChanges {
    /// Which slot is which; by the clsact parent.
    private let places: [FilterSlot: Int]
    /// Port id of the socket that our changes are made with.
    private let ownPort: UInt32
    /// The last filter of somebody else in each slot, since the last change of ours.
    private var last: [Int: Filter] = [:]
    /// For every change of ours in a slot, in order, the foreign filter that it overwrote.
    private var overwritten: [Int: [Filter?]] = [:]
    /// What our last change of each slot made, as long as nobody else changed it since.
    private var standing: [Int: Filter] = [:]

    init(of slots: [FilterSlot], ownPort: UInt32) {
        places = Dictionary(
            slots.enumerated().map { (Self.clsact($1), $0) }, uniquingKeysWith: { first, _ in first })
        self.ownPort = ownPort
    }

    mutating func add(_ notifications: [NetlinkNotification]) {
        for notification in notifications {
            guard case .filter(let filter) = notification.object, let place = places[Self.clsact(filter.slot)] else {
                continue
            }
            if notification.portID == ownPort {
                overwritten[place, default: []].append(last.removeValue(forKey: place))
                standing[place] = filter
            } else {
                last[place] = notification.isRemoval ? nil : filter
                standing[place] = nil
            }
        }
    }

    /// Whether our `change`-th change of a slot, from 0, was heard of: what came before it was, too.
    func hasHeard(of change: Int, in place: Int) -> Bool { overwritten[place]?.count ?? 0 > change }

    /// The filter as our last change left it, and as it was told whole (`tfilter_notify`, net/sched/cls_api.c); `nil` where
    /// nothing was heard of ours, or of somebody else's after it. A slot that goes with its qdisc or interface is not told.
    func standing(in place: Int) -> Filter? { standing[place] }

    /// The foreign filter that it overwrote, if there was one.
    func overwritten(by change: Int, in place: Int) -> Filter? {
        hasHeard(of: change, in: place) ? overwritten[place]?[change] : nil
    }

    /// The ingress qdisc takes two parents for one place, `ffff:0` and clsact's `ffff:fff2` (net/sched/sch_ingress.c).
    private static func clsact(_ slot: FilterSlot) -> FilterSlot {
        var slot = slot
        if slot.parent == Filter.ingressQdisc { slot.parent = Filter.clsactIngress }
        return slot
    }
}
