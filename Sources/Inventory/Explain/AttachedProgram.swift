import Kernel
import Model

/// What the replacement that is attached at a hook goes by: the constants it was loaded with and the maps it holds, not what
/// a plan of now would give it.
struct AttachedProgram {
    /// What it answers, with the deny list of then; `nil` where it cannot be loaded any more, as without its maps.
    var probe: FIBProbe.Answer?
    /// Ids of the maps that it reads.
    var maps: Set<UInt32>
    /// Whether its set holds the interface that the FIB names; `nil` for a program without one.
    var isInSet: Bool?

    /// Asks at each hook with a replacement.
    ///
    /// - Parameter decisions: of the replacements, by program id.
    static func ask(
        _ draft: Planner.Draft, _ decisions: [UInt32: Decision], _ address: IPAddress, _ answers: inout [PlaceAnswer]
    ) throws(KernelError) {
        var probes: [RedirectConfiguration: FIBProbe] = [:]
        for index in answers.indices {
            let place = draft.places[answers[index].place], input = place.inputs[answers[index].input]
            guard
                let id = draft.sorting.ours.first(where: {
                    $0.netns.cookie == place.netns && $0.ifindex == input.link.ifindex
                })?.program?.id
            else { continue }
            let maps = draft.survey.snapshot.programs.first { $0.id == id }?.mapIDs ?? []
            var attached = AttachedProgram(maps: Set(maps))
            if let decision = decisions[id] {
                let configuration = RedirectConfiguration(decision, netns: place.netns)
                if let probe = probes[configuration] ?? (try? RedirectTrial.load { _ in configuration }.probe) {
                    probes[configuration] = probe
                    let questions = place.questions([address], input: input)
                    attached.probe = try place.namespace.run { () throws(KernelError) in
                        try probe.ask(questions, ifindex: input.link.ifindex)
                    }.first
                }
            }
            attached.isInSet = isInSet((attached.probe ?? answers[index].probe).ifindex, maps)
            answers[index].attached = attached
        }
    }

    /// The set is the program's own, whether or not its pin is still there.
    private static func isInSet(_ ifindex: UInt32, _ maps: [UInt32]) -> Bool? {
        for id in maps {
            // A map that is gone went with its program, and the hook holds another one by now.
            guard let map = try? BPFMap(id: id), map.record.isDeviceSet else { continue }
            // Least significant byte first, as every machine here has it.
            let key = (0..<4).map { UInt8(truncatingIfNeeded: ifindex >> ($0 * 8)) }
            return (try? map.value(of: key)).flatMap(\.self) != nil
        }
        return nil
    }
}
