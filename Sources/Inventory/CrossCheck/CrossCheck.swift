import Kernel
import Model

/// Asks the kernel, through both its doors, where the packets to every entry would go.
///
/// Every entry is asked for at every hook whose program reads its map: a rule may select on the input interface. Where
/// hooks in several namespaces read one map, an entry's interface index means something in one of them only: in the one
/// whose interface of that number leads to a pod with the entry's MAC or address. It is asked for there; one that belongs
/// nowhere is asked for everywhere, and fares as it fares worst.
struct CrossCheck: ~Copyable {
    /// How many entries `RTM_GETROUTE` is asked for without exception; of later ones see ``SecondDoor``.
    static let fullyAsked = 65_536
    /// Of the later ones that give no other reason, one in so many is asked for.
    static let sampled = 64

    private let places: [HookPlace]
    private var door: SecondDoor

    init(_ places: [HookPlace]) {
        self.places = places
        door = SecondDoor()
    }

    mutating func ask(
        _ entries: EntryBatch, map: Int, targets: [LegacyTarget?]
    ) throws(KernelError) -> AskedBatch {
        var batch = AskedBatch(map: map, entries: entries, targets: targets, asked: [])
        let readers = places.indices.filter { !places[$0].inputs(reading: entries.mapID).isEmpty }
        let belongs = readers.count > 1 ? readers.map { owned(targets, at: places[$0]) } : []
        for (number, reader) in readers.enumerated() {
            let indices = targets.indices.filter { index in
                guard targets[index] != nil else { return false }
                return belongs.isEmpty || belongs[number][index] || !belongs.contains { $0[index] }
            }
            guard !indices.isEmpty else { continue }
            let place = places[reader]
            let addresses = indices.compactMap { targets[$0]?.address }
            let answered = try place.namespace.run { () throws(KernelError) in
                var all: [(input: Int, answers: [FIBProbe.Answer])] = []
                for input in place.inputs(reading: entries.mapID) {
                    let questions = place.questions(addresses, input: place.inputs[input])
                    all.append((input, try place.probe.ask(questions, ifindex: place.inputs[input].link.ifindex)))
                }
                return all
            }
            let here = indices.compactMap { targets[$0] }
            let known = here.map { place.topology.knows($0.address) }
            for (input, answers) in answered {
                let (routes, leftOut) = try door.ask(here, known, answers, place, input)
                batch.asked.append(
                    .init(
                        place: reader, input: input, indices: indices, known: known, answers: answers, routes: routes,
                        leftOut: leftOut))
            }
        }
        return batch
    }

    /// Both doors' answers for an address that no map need hold, at one interface.
    mutating func ask(
        _ address: IPAddress, place reader: Int, input: Int
    ) throws(KernelError) -> (probe: FIBProbe.Answer?, route: RouteAnswer?) {
        let place = places[reader]
        let answers = try place.namespace.run { () throws(KernelError) in
            try place.probe.ask(
                place.questions([address], input: place.inputs[input]), ifindex: place.inputs[input].link.ifindex)
        }
        // Of the target only the address counts where it is asked for without exception.
        let target = LegacyTarget(address: address, ifindex: 0, mac: MACAddress(value: 0))
        let (routes, _) = try door.ask([target], [true], answers, place, input)
        return (answers.first, routes[0])
    }

    private func owned(_ targets: [LegacyTarget?], at place: HookPlace) -> [Bool] {
        targets.map { $0.map { place.topology.owns($0) } ?? false }
    }
}
