import CKernel
import Model

extension NetlinkSocket {
    /// Reads many filters again, each by its exact place, with a batch of requests per send (`RTM_GETTFILTER`).
    ///
    /// By handle and not by a dump of each interface: a hook is mostly the only filter of its interface, so that a dump would
    /// be as many requests, with an end for each, and would show others' filters, too.
    /// - Parameter netns: cookie of the socket's namespace.
    /// - Returns: one answer for each place, in their order: the filter, `nil` for an empty place, or why it could not be
    ///   read (`ENODEV`: the interface is gone).
    /// - Throws: when the answers of a batch could not be had at all.
    public mutating func filters(
        at slots: [FilterSlot], netns: UInt64
    ) throws(KernelError) -> [Result<Filter?, KernelError>] {
        var answers: [Result<Filter?, KernelError>] = []
        answers.reserveCapacity(slots.count)
        let limit = batchLimit
        while answers.count < slots.count {
            let part = slots[answers.count..<min(answers.count + limit, slots.count)]
            answers += try answersOfOneSend(part, netns)
        }
        return answers
    }

    private mutating func answersOfOneSend(
        _ slots: ArraySlice<FilterSlot>, _ netns: UInt64
    ) throws(KernelError) -> [Result<Filter?, KernelError>] {
        var answers = [Result<Filter?, KernelError>](repeating: .success(nil), count: slots.count)
        var unclear: [Int] = []
        let first = takeSequences(slots.count)
        try exchange(slots.map(Filter.request), first: first, count: slots.count, of: "filters") {
            (index, payload, status) throws(NetlinkFault) in
            switch status?.errno {
            case nil: answers[index] = .success(try Filter(netlink: payload, netns: netns))
            case .noSuchFileOrDirectory: answers[index] = .success(nil)
            case .invalidArgument: unclear.append(index)
            case let errno?:
                let slot = slots[slots.startIndex + index].description
                answers[index] = .failure(.call("read", slot, errno, detail: status?.text))
            }
        }
        for index in unclear {
            answers[index] = Result { () throws(KernelError) in
                try filter(at: slots[slots.startIndex + index], netns: netns)
            }
        }
        return answers
    }
}

extension Filter {
    /// Asks for the filter at that very place.
    static func request(_ slot: FilterSlot) -> NetlinkMessage {
        NetlinkMessage(type: RTM_GETTFILTER, family: slot.header).with { $0.add(TCA_CHAIN, slot.chain) }
    }
}
