import Kernel
import Model

/// `RTM_GETROUTE`: what the kernel says to anybody, beside what it says to a BPF program.
///
/// An answer costs some microseconds, so for a large map not all are asked for: without exception the first 65,536 at each
/// hook; then those whose address somebody on this machine has to do with, the next 65,536 that would be redirected to
/// another interface than the map's, and one in 64 of all others.
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

    private var sockets: [UInt64: Socket] = [:]
    private var seen: [Hook: Int] = [:]
    private var mismatches: [Hook: Int] = [:]

    init() {}

    /// - Returns: an answer for each target, `nil` where it was not asked, had no source to ask with, or said EINVAL; and
    ///   how many were left out on purpose.
    mutating func ask(
        _ targets: [LegacyTarget], _ answers: [FIBProbe.Answer], _ place: HookPlace, _ input: Int
    ) throws(KernelError) -> (routes: FewRoutes, leftOut: Int) {
        let hook = place.inputs[input]
        var chosen: [Int] = []
        var queries: [RouteQuery] = []
        var leftOut = 0
        for index in targets.indices {
            let address = targets[index].address
            guard isAsked(targets[index], answers[index], place, Hook(netns: place.netns, input: input)) else {
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

    private mutating func isAsked(
        _ target: LegacyTarget, _ answer: FIBProbe.Answer, _ place: HookPlace, _ hook: Hook
    ) -> Bool {
        let number = seen[hook, default: 0]
        seen[hook] = number + 1
        if number < CrossCheck.fullyAsked || number % CrossCheck.sampled == 0 { return true }
        if place.topology.knows(target.address) { return true }
        guard answer.outcome == .redirected && answer.ifindex != target.ifindex else { return false }
        mismatches[hook, default: 0] += 1
        return mismatches[hook, default: 0] <= CrossCheck.fullyAsked
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
