import Kernel
import Model

/// `RTM_GETROUTE`: what the kernel says to anybody, beside what it says to a BPF program.
///
/// An answer costs some microseconds, so for a large map not all are asked for: all those whose address anything on this
/// machine is about; of the others at each hook the first 65,536, the next 65,536 that would be redirected to another
/// interface than the map's, and one in 64 of all that follow.
struct SecondDoor: ~Copyable {
    /// One socket for each namespace; it stays in the namespace in which it was made.
    private final class Socket {
        var socket: NetlinkSocket
        init() throws(KernelError) { socket = try NetlinkSocket() }
    }

    private struct Hook: Hashable {
        var netns: UInt64
        var input: Int
    }

    /// Of one hook's entries of which nothing is known here.
    private struct Count {
        var seen = 0
        var mismatches = 0
    }

    private var sockets: [UInt64: Socket] = [:]
    private var counts: [Hook: Count] = [:]

    init() {}

    /// - Returns: an answer for each target, `nil` where it was not asked, had no source to ask with, or said EINVAL; and
    ///   how many were left out on purpose.
    mutating func ask(
        _ targets: [LegacyTarget], _ known: [Bool], _ answers: [FIBProbe.Answer], _ place: HookPlace, _ input: Int
    ) throws(KernelError) -> (routes: FewRoutes, leftOut: Int) {
        let hook = place.inputs[input]
        var chosen: [Int] = []
        var queries: [RouteQuery] = []
        var leftOut = 0
        let number = Hook(netns: place.netns, input: input)
        var count = counts[number] ?? Count()
        defer { counts[number] = count }
        for index in targets.indices {
            let address = targets[index].address
            guard known[index] || isAsked(targets[index], answers[index], &count) else {
                leftOut += 1
                continue
            }
            guard address.family == .ipv6 || hook.sources[address.family] != nil else { continue }
            chosen.append(index)
            queries.append(
                RouteQuery(
                    destination: address, source: hook.sources[address.family], inputInterface: hook.link.ifindex,
                    ipProtocol: place.ipProtocol, sourcePort: HookPlace.sourcePort,
                    destinationPort: HookPlace.destinationPort))
        }
        var routes = FewRoutes(count: targets.count)
        let socket = try socket(place)
        let found = try socket.socket.answers(to: queries, mode: .matchedRoute, netns: place.netns)
        for (index, answer) in zip(chosen, found) where answer.errno != .invalidArgument { routes[index] = answer }
        return (routes, leftOut)
    }

    private func isAsked(_ target: LegacyTarget, _ answer: FIBProbe.Answer, _ count: inout Count) -> Bool {
        count.seen += 1
        if count.seen <= CrossCheck.fullyAsked || count.seen % CrossCheck.sampled == 0 { return true }
        guard answer.outcome == .redirected && answer.ifindex != target.ifindex else { return false }
        count.mismatches += 1
        return count.mismatches <= CrossCheck.fullyAsked
    }

    private mutating func socket(_ place: HookPlace) throws(KernelError) -> Socket {
        if let open = sockets[place.netns] { return open }
        let made = try place.namespace.run { () throws(KernelError) in try Socket() }
        sockets[place.netns] = made
        return made
    }
}

/// Answers to some of a row of questions; most entries of a large map have none.
struct FewRoutes: Sendable {
    /// 0 where there is none, else one more than the place in `answers`.
    private var numbers: [UInt32]
    private var answers: [RouteAnswer] = []

    init(count: Int) { numbers = [UInt32](repeating: 0, count: count) }

    subscript(index: Int) -> RouteAnswer? {
        get { numbers[index] == 0 ? nil : answers[Int(numbers[index]) - 1] }
        set {
            guard let newValue else { return }
            answers.append(newValue)
            numbers[index] = UInt32(answers.count)
        }
    }
}
