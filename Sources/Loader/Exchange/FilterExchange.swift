import Kernel
import Model

/// Exchanges the programs of filters, with an eye on everybody else.
///
/// clsact has no compare-and-swap. A socket that listens to RTNLGRP_TC since before the first check hears of
/// every change with the port id that made it, so that a foreign one in between is never unnoticed.
///
/// Each step is one send for all filters: read, replace. What keeps them apart is the kernel's: a status for each
/// message, in which one that is refused does not disturb the next (`netlink_rcv_skb`), and a notification of each change, which
/// is queued before the change is acknowledged and tells the filter as it is now. Only where that leaves a doubt is a filter
/// read again: the caller reads all hooks once more when the last one is done.
struct FilterExchange: ~Copyable {
    typealias Outcome = HookExchange.Outcome
    typealias Swap = HookExchange.Swap

    private var monitor: NetlinkMonitor
    private var socket: NetlinkSocket

    /// For a thread inside the namespace, where all that follows must happen too.
    /// - Parameter room: see ``ExchangeLimits``.
    init(netns: UInt64, room: Int?) throws(KernelError) {
        let monitor = try NetlinkMonitor(netns: netns, room: room)
        let socket = try NetlinkSocket()
        self.monitor = monitor
        self.socket = socket
    }

    /// A filter whose replacement was asked for.
    private struct Asked {
        var index: Int
        var slot: FilterSlot
        var program: OpenProgram
        var attributes: Filter.BPF
        /// As it was just before.
        var found: Hook
    }

    /// - Parameter swaps: of different places in this namespace, no more than may be uncertain at once.
    /// - Returns: one outcome for each, in their order.
    mutating func exchange(_ swaps: [Swap]) -> [Outcome] {
        var outcomes = [Outcome](repeating: .unexpected(nil), count: swaps.count)
        let asked = check(swaps, &outcomes)
        let messages = asked.map {
            FilterChange.message($0.slot, program: $0.program.program.descriptor.raw, attributes: $0.attributes)
        }
        let answers: [Send.Answer]
        do throws(KernelError) {
            answers = try Send.each(messages, socket: &socket, operation: "replace") { asked[$0].slot.description }
        } catch {
            for one in asked { outcomes[one.index] = .refused(error) }
            return outcomes
        }
        // Foreign programs are put back first of all: the slot may have been all that kept them.
        var heard = hear(after: ForeignChanges(of: asked.map(\.slot), ownPort: socket.portID))
        let putBack = putBackForeign(heard, asked)
        if !putBack.isEmpty, case .success(let changes) = heard { heard = hear(after: changes) }
        for (place, one) in asked.enumerated() {
            if let done = done(one, answers[place], heard, place) {
                outcomes[one.index] = .done(done)
            } else {
                let now = HookReader.current([one.found], replacements: [[]], socket: &socket)[0]
                outcomes[one.index] = outcome(one, answers[place], heard, place, now)
            }
        }
        return outcomes
    }

    /// The hook as the notifications tell it, where they leave no doubt.
    private func done(
        _ one: Asked, _ answer: Send.Answer, _ heard: Result<ForeignChanges, KernelError>, _ place: Int
    ) -> Hook? {
        guard case .done = answer, case .success(let changes) = heard, foreign(changes, one, place) == nil,
            let filter = changes.standing(in: place)
        else { return nil }
        var hook = one.found
        hook.filter = filter
        hook.program = one.program.reference
        return isAsAsked(hook, one) ? hook : nil
    }

    /// Reads all, and keeps those that may be replaced.
    private mutating func check(_ swaps: [Swap], _ outcomes: inout [Outcome]) -> [Asked] {
        // What came before is of no interest, and lost notifications are told anew only once all were read.
        for _ in 0..<4 where (try? monitor.pending()) == nil {}
        let found = HookReader.current(swaps.map(\.hook), replacements: swaps.map { _ in [] }, socket: &socket)
        var asked: [Asked] = []
        for (index, swap) in swaps.enumerated() {
            switch found[index] {
            case .failure(let error): outcomes[index] = .refused(error)
            case .success(let found):
                if let found, let slot = swap.hook.filter?.slot, let attributes = swap.attributes,
                    swap.expecting(found)
                {
                    asked.append(
                        Asked(index: index, slot: slot, program: swap.program, attributes: attributes, found: found))
                } else {
                    outcomes[index] = .unexpected(found)
                }
            }
        }
        return asked
    }

    private mutating func hear(after changes: ForeignChanges) -> Result<ForeignChanges, KernelError> {
        var changes = changes
        do throws(KernelError) {
            changes.add(try monitor.pending())
            return .success(changes)
        } catch {
            return .failure(error)
        }
    }

    /// The filter that came between check and replacement. One that is alike what the check found was there by then, or
    /// changed nothing.
    private func foreign(_ heard: ForeignChanges, _ one: Asked, _ place: Int) -> Filter? {
        heard.overwritten(by: 0, in: place).flatMap { $0.bpf == one.found.filter?.bpf ? nil : $0 }
    }

    /// Returns the places into which a program was put again.
    private mutating func putBackForeign(
        _ heard: Result<ForeignChanges, KernelError>, _ asked: [Asked]
    ) -> Set<Int> {
        guard case .success(let heard) = heard else { return [] }
        var done: Set<Int> = []
        for (place, one) in asked.enumerated() {
            guard let foreign = foreign(heard, one, place), let bpf = foreign.bpf, let id = bpf.programID,
                let program = try? BPFProgram(id: id),
                (try? FilterChange.replace(
                    foreign.slot, program: program.descriptor.raw, attributes: bpf, socket: &socket)) != nil
            else { continue }
            done.insert(place)
        }
        return done
    }

    private func outcome(
        _ one: Asked, _ answer: Send.Answer, _ heard: Result<ForeignChanges, KernelError>, _ place: Int,
        _ now: Result<Hook?, KernelError>
    ) -> Outcome {
        if case .refused(let error) = answer {
            // Gone since the check, alone or with its qdisc: none was made. Else the refusal is about the request.
            if case .success(nil) = now { return .unexpected(nil) }
            return .refused(error)
        }
        let changes: ForeignChanges
        switch heard {
        case .success(let heard): changes = heard
        case .failure(let error):
            // Who wrote before us cannot be told; who wrote after us can.
            if case .success(let now) = now, !isAsAsked(now, one) { return .takenOver(now) }
            return .unread(error)
        }
        guard changes.hasHeard(of: 0, in: place) else {
            if case .unknown(let error) = answer { return .refused(error) }
            return .unread(.overrun("read", "notifications"))
        }
        if let foreign = foreign(changes, one, place) {
            // Put back over a third program, that one is lost.
            if let third = changes.overwritten(by: 1, in: place) { return .overwrote(third, putBack: false) }
            guard changes.hasHeard(of: 1, in: place), case .success(let now) = now else {
                return .overwrote(foreign, putBack: false)
            }
            return .overwrote(foreign, putBack: now?.program?.id == foreign.bpf?.programID)
        }
        switch now {
        case .failure(let error): return .unread(error)
        case .success(let now?) where isAsAsked(now, one): return .done(now)
        case .success(let now): return .takenOver(now)
        }
    }

    /// Everything but the program as it was found; the program another than was found, or the same asked for again.
    private func isAsAsked(_ after: Hook?, _ one: Asked) -> Bool {
        guard let bpf = after?.filter?.bpf else { return false }
        return bpf.programID == one.attributes.programID && bpf.name == one.attributes.name
            && bpf.classID == one.attributes.classID && bpf.flags == one.attributes.flags
            && after?.filter?.slot == one.found.filter?.slot
    }
}
