import Kernel
import Model
import Store

/// Judges entries by batches and hands them on to be recorded.
///
/// Of most entries of a large map this machine knows nothing: nobody here holds the address, no route and no neighbor is
/// about it. Then all that ``Judge`` looks at is what the kernel answered and whether the map's MAC is that of a pod; and
/// of those there are few combinations. So each is judged once, and the judgement kept for the next such entry.
struct EntryJudge {
    /// All that the judgement of an entry that nobody here knows depends on.
    private struct Likeness: Hashable {
        var place: Int
        var input: Int
        var mapIfindex: UInt32
        var sourceMAC: MACAddress?
        var hasMACOfMapPeer: Bool
        var hasMACOfFIBPeer: Bool
        var probe: FIBResult
        var outcome: RedirectOutcome
        var fibIfindex: UInt32
        var family: AddressFamily
        var gateway: IPAddress?
        var hasNextHop: Bool
        var routeKind: Route.Kind?
        var routeTable: UInt32
        var routeIfindex: UInt32
        var isMultipath: Bool
        /// Of the rule that decides by more than the destination.
        var rule: UInt32?
    }

    /// A judgement, and what follows from it for every entry that shares it.
    private final class Kept {
        let judgement: Judgement
        let disagrees: Bool
        let isRedirected: Bool
        let rank: Int
        let lists: EntryTally.Lists
        let netns: UInt64
        /// Its number in the store, once there is one; 0 before.
        var row: Int64 = 0
        var count = 0

        init(_ content: Content, _ lists: EntryTally.Lists) {
            judgement = content.judgement
            disagrees = content.disagrees
            isRedirected = content.isRedirected
            rank = Judge.rank(content.judgement.effect, content.judgement.verdict)
            netns = content.netns
            self.lists = lists
        }
    }

    private struct Content: Hashable {
        var judgement: Judgement
        var isRedirected: Bool
        var disagrees: Bool
        var netns: UInt64
    }

    /// Judgements kept at most. Where there are more, kept ones are forgotten and judged again.
    private static let limit = 65_536

    private let places: [HookPlace]
    private let writer: EntryWriter?
    /// Judges every entry by itself; tests compare the two ways.
    private let singly: Bool
    private var kept: [Kept] = []
    private var byContent: [Content: Kept] = [:]
    private var byLikeness: [Likeness: Kept] = [:]
    private var last: (likeness: Likeness, kept: Kept)?
    /// Destinations that the replacement may redirect though no map holds them, by place; those that a map holds go.
    private(set) var candidates: [[IPAddress: String]]
    private(set) var tally: EntryTally

    init(
        _ places: [HookPlace], writer: EntryWriter?, listsAll: Bool, candidates: [[IPAddress: String]],
        maps: Int, singly: Bool = false, sample: EntrySample = EntrySample(seed: nil)
    ) {
        self.places = places
        self.writer = writer
        self.candidates = candidates
        self.singly = singly
        tally = EntryTally(all: listsAll, maps: maps)
        tally.sample = sample
    }

    /// Judges a batch, counts and lists its entries, and writes them.
    mutating func take(_ batch: AskedBatch) throws(MigrateError) {
        var worst = [Kept?](repeating: nil, count: batch.entries.count)
        // Of each place all hooks that read the map were asked, or none.
        var hooks = [Int](repeating: 0, count: places.count)
        for asked in batch.asked { hooks[asked.place] += 1 }
        var isRedirected = [Bool](repeating: false, count: batch.entries.count)
        for asked in batch.asked {
            tally.leftOut += asked.leftOut
            let hasOtherHooks = hooks[asked.place] > 1
            for (number, index) in asked.indices.enumerated() {
                guard let target = batch.targets[index] else { continue }
                let route = asked.routes[number]
                if route == nil { tally.unanswered += 1 }
                let found = judge(target, asked.known[number], asked.answers[number], route, asked, hasOtherHooks)
                // At every hook, not only where it fares worst: each namespace has a set of its own.
                if found.lists.contains(.enrolling), let ifindex = found.judgement.kernel.ifindex {
                    tally.enrolled.insert(DeviceKey(netns: found.netns, ifindex: ifindex))
                }
                if found.disagrees { tally.disagreeing.offer(target.address, found.judgement.finding(of: target)) }
                if found.isRedirected { isRedirected[index] = true }
                if worst[index].map({ found.rank < $0.rank }) ?? true { worst[index] = found }
                if asked.known[number] { candidates[asked.place].removeValue(forKey: target.address) }
            }
            tally.unanswered -= asked.leftOut
        }
        var rows = [Int64](repeating: 0, count: writer == nil ? 0 : batch.entries.count)
        for (index, found) in worst.enumerated() {
            guard let target = batch.targets[index], let found else { continue }
            if isRedirected[index] { tally.redirected[target.address.family, default: 0] += 1 }
            found.count += 1
            tally.maps[batch.map].count(found.judgement.effect, target.address)
            tally.sample.offer(batch.map, target, found.judgement)
            if !found.lists.isEmpty { tally.list(target, found.judgement, found.lists, netns: found.netns) }
            if let writer {
                if found.row == 0 { found.row = try writer.keep(found.judgement) }
                rows[index] = found.row
            }
        }
        dropCandidates(batch)
        try writer?.append(batch.entries, targets: batch.targets, answers: rows)
        if kept.count > Self.limit { settle() }
    }

    /// Counts what was judged since the last time, and forgets the judgements.
    mutating func settle() {
        for one in kept where one.count > 0 { tally.count(one.count, one.judgement) }
        kept = []
        byContent = [:]
        byLikeness = [:]
        last = nil
    }

    /// The judgement on one entry as one input has it.
    private mutating func judge(
        _ target: LegacyTarget, _ isKnown: Bool, _ probe: FIBProbe.Answer, _ route: RouteAnswer?,
        _ asked: AskedBatch.Asked, _ hasOtherHooks: Bool
    ) -> Kept {
        if singly || isKnown { return keep(target, probe, route, asked, hasOtherHooks) }
        let likeness = likeness(target, probe, route, asked.place, asked.input)
        if let last, last.likeness == likeness { return last.kept }
        let found: Kept
        if let known = byLikeness[likeness] {
            found = known
        } else {
            found = keep(target, probe, route, asked, hasOtherHooks)
            byLikeness[likeness] = found
        }
        last = (likeness, found)
        return found
    }

    private func likeness(
        _ target: LegacyTarget, _ probe: FIBProbe.Answer, _ route: RouteAnswer?, _ place: Int, _ input: Int
    ) -> Likeness {
        let topology = places[place].topology
        let route = route?.route
        var rule: UInt32?
        if topology.hasRulesByDestination {
            rule =
                PacketRules.first(
                    concerning: target.address, in: topology.rules, answeredFrom: route.map { [$0.table] } ?? [],
                    inputInterface: places[place].inputs[input].link.name)?.priority
        }
        return Likeness(
            place: place, input: input, mapIfindex: target.ifindex, sourceMAC: target.sourceMAC,
            hasMACOfMapPeer: topology.farEnds[target.ifindex].map { $0.mac == target.mac } ?? false,
            hasMACOfFIBPeer: topology.farEnds[probe.ifindex].map { $0.mac == target.mac } ?? false,
            probe: probe.result, outcome: probe.outcome, fibIfindex: probe.ifindex, family: target.address.family,
            gateway: probe.nextHop == target.address ? nil : probe.nextHop, hasNextHop: probe.nextHop != nil,
            routeKind: route?.kind, routeTable: route?.table ?? 0,
            routeIfindex: route?.outputInterface ?? route?.nextHops.first?.ifindex ?? 0,
            isMultipath: route?.isMultipath ?? false, rule: rule)
    }

    private mutating func keep(
        _ target: LegacyTarget, _ probe: FIBProbe.Answer, _ route: RouteAnswer?, _ asked: AskedBatch.Asked,
        _ hasOtherHooks: Bool
    ) -> Kept {
        let place = places[asked.place]
        let facts = EntryFacts(
            target: target, probe: probe, route: route, topology: place.topology,
            inputInterface: place.inputs[asked.input].link.name, hasOtherHooks: hasOtherHooks)
        let content = Content(
            judgement: Judgement(Judge.finding(facts)), isRedirected: facts.probe.outcome == .redirected,
            disagrees: !Judge.disagreement(facts).isEmpty, netns: place.netns)
        if let known = byContent[content] { return known }
        let made = Kept(content, tally.lists(content.judgement, isRedirected: content.isRedirected))
        kept.append(made)
        byContent[content] = made
        return made
    }

    /// Of places where these entries were not asked for, though a program there reads their map: what a map holds is no
    /// destination that only the replacement would redirect.
    private mutating func dropCandidates(_ batch: AskedBatch) {
        guard places.count > 1 else { return }
        for place in places.indices
        where !candidates[place].isEmpty && !places[place].inputs(reading: batch.entries.mapID).isEmpty {
            for target in batch.targets {
                guard let target, places[place].topology.knows(target.address) else { continue }
                candidates[place].removeValue(forKey: target.address)
            }
        }
    }
}
