import Kernel
import Model

/// Exchanges the program of a filter, with an eye on everybody else.
///
/// clsact has no compare-and-swap. A socket that listens to RTNLGRP_TC since before the first check hears of
/// every change with the port id that made it, so that a foreign one in between is never unnoticed.
enum FilterExchange {
    typealias Outcome = HookExchange.Outcome

    /// - Parameter expecting: whether the hook as found may be replaced.
    static func exchange(
        _ hook: Hook, in namespace: NetworkNamespace, program: borrowing OwnedDescriptor, attributes: Filter.BPF,
        expecting: (Hook) -> Bool
    ) throws(KernelError) -> Outcome {
        guard let slot = hook.filter?.slot else { return .unexpected(nil) }
        let descriptor = program.raw
        return try namespace.run { () throws(KernelError) -> Outcome in
            var monitor = try NetlinkMonitor(netns: hook.netns.cookie)
            var socket = try NetlinkSocket()
            guard let found = try HookReader.current(hook, socket: &socket), expecting(found) else {
                return .unexpected(try HookReader.current(hook, socket: &socket))
            }
            do throws(KernelError) {
                try FilterChange.replace(slot, program: descriptor, attributes: attributes, socket: &socket)
            } catch {
                // Gone since the check, alone or with its qdisc: none was made. Else the refusal is about the request.
                if case .success(nil) = Result(catching: { () throws(KernelError) in
                    try HookReader.current(hook, socket: &socket)
                }) {
                    return .unexpected(nil)
                }
                throw error
            }
            do throws(KernelError) {
                return try afterwards(hook, found, attributes, slot, &socket, &monitor)
            } catch {
                return .unread(error)
            }
        }
    }

    /// What became of the slot that was just replaced.
    private static func afterwards(
        _ hook: Hook, _ found: Hook, _ attributes: Filter.BPF, _ slot: FilterSlot, _ socket: inout NetlinkSocket,
        _ monitor: inout NetlinkMonitor
    ) throws(KernelError) -> Outcome {
        let after = try HookReader.current(hook, socket: &socket)
        if let foreign = overwritten(slot, in: try monitor.pending(), ownPort: socket.portID) {
            return .overwrote(foreign, putBack: putBack(foreign, socket: &socket))
        }
        guard let after, isAsAsked(after, attributes, found) else { return .takenOver(after) }
        return .done(after)
    }

    /// The foreign change of this slot that came just before ours, if there was one.
    private static func overwritten(
        _ slot: FilterSlot, in notifications: [NetlinkNotification], ownPort: UInt32
    ) -> Filter? {
        var last: Filter?
        for notification in notifications {
            guard case .filter(let filter) = notification.object, isSamePlace(filter.slot, slot) else { continue }
            if notification.portID == ownPort { return last }
            last = notification.isRemoval ? nil : filter
        }
        return nil
    }

    /// The ingress qdisc takes two parents for one place, `ffff:0` and clsact's `ffff:fff2` (net/sched/sch_ingress.c).
    private static func isSamePlace(_ one: FilterSlot, _ other: FilterSlot) -> Bool {
        func ingress(_ slot: FilterSlot) -> FilterSlot {
            var slot = slot
            if slot.parent == Filter.ingressQdisc { slot.parent = Filter.clsactIngress }
            return slot
        }
        return ingress(one) == ingress(other)
    }

    private static func putBack(_ foreign: Filter, socket: inout NetlinkSocket) -> Bool {
        guard let id = foreign.bpf?.programID, let bpf = foreign.bpf, let program = try? BPFProgram(id: id) else {
            return false
        }
        let done: Void? = try? FilterChange.replace(
            foreign.slot, program: program.descriptor.raw, attributes: bpf, socket: &socket)
        return done != nil
    }

    /// Everything but the program as it was found; the program another than was found, or the same asked for again.
    private static func isAsAsked(_ after: Hook, _ attributes: Filter.BPF, _ found: Hook) -> Bool {
        guard let bpf = after.filter?.bpf else { return false }
        return bpf.programID == attributes.programID && bpf.name == attributes.name && bpf.classID == attributes.classID
            && bpf.flags == attributes.flags && after.filter?.slot == found.filter?.slot
    }
}
