import CKernel
import Glibc
import Kernel
import Model
import Synchronization

/// Traffic of every pod to the next one, both families, while hooks are exchanged: small datagrams, segmented ones, bulk.
///
/// One thread sends and one receives, however many flows there are. What is under way is bounded, so that nothing on the
/// lab's own side overflows: what is missing, the node lost.
final class CycleTraffic: Sendable {
    let flows: [NumberedFlow]
    let streams: [BulkStream]
    private let receivers: [UDPSocket]
    /// Datagrams per second, over all flows.
    let rate: UInt64
    private let arrivals: Mutex<[Arrivals]>
    private let failure = Mutex<LabError?>(nil)
    private let stopped = Atomic<Bool>(false)
    private let ended = Atomic<Bool>(false)
    private let threads = Mutex<[WorkThread]>([])

    /// - Parameters:
    ///   - rate: datagrams per second, over all flows.
    ///   - limit: numbers of each flow that have a place.
    init(in lab: LabNode, pods: [LabPod], rate: Int, limit: UInt64) throws {
        let made = try CycleFlows(in: lab, pods: pods, limit: limit)
        flows = made.flows
        streams = made.streams
        receivers = made.receivers
        self.rate = UInt64(rate)
        arrivals = Mutex([Arrivals](repeating: Arrivals(), count: flows.count))
    }

    func start() throws {
        let receiving = try WorkThread { [self] in receive() }
        let sending = try WorkThread { [self] in guarded { () throws(LabError) in try send() } }
        threads.withLock { $0 = [sending, receiving] }
    }

    /// Datagrams of all flows.
    var sent: UInt64 { flows.reduce(0) { $0 + $1.sent } }
    private var received: UInt64 { flows.reduce(0) { $0 + $1.received } }

    /// Ends the sending, and the receiving once everything has come or nothing more does.
    func stop() throws -> [Arrivals] {
        stopped.store(true, ordering: .relaxed)
        let threads = threads.withLock { $0 }
        threads.first?.join()
        var before: UInt64 = .max
        for _ in 0..<100 {
            let now = received + streams.reduce(0) { $0 + $1.received }
            if isComplete && before == now { break }
            before = now
            usleep(50_000)
        }
        ended.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
        if let error = failure.withLock({ $0 }) { throw error }
        return arrivals.withLock(\.self)
    }

    private var isComplete: Bool { received >= sent && streams.allSatisfy { $0.received >= $0.sent } }

    /// No flow has a number left.
    var isUsedUp: Bool { flows.allSatisfy(\.isUsedUp) }

    /// Throws what ended the sending before its time.
    func check() throws { if let error = failure.withLock({ $0 }) { throw error } }

    /// What found the sockets' buffers full: the lab's fault, not the node's.
    var drops: UInt64 { receivers.reduce(0) { $0 + UInt64($1.drops) } }

    private func guarded(_ body: () throws(LabError) -> Void) {
        do throws(LabError) { try body() } catch { failure.withLock { $0 = error } }
    }

    // MARK: Threads

    /// By turns, as many as are due at each millisecond. A pause is not made up for.
    private func send() throws(LabError) {
        // A thread that changes processors lets its own packets overtake each other.
        try negated("stay on", "processor 0", migrate_run_on_processor(0))
        let interval: UInt64 = 1_000_000
        var tick = Clock.now(), lastProgress = tick, due: UInt64 = 0, turn = 0, stream = 0
        while !stopped.load(ordering: .relaxed) {
            due = min(due + rate * interval / 1_000, 1_000_000 * UInt64(flows.count))
            var tried = 0
            while due >= UInt64(NumberedFlow.turn) * 1_000_000, tried < flows.count {
                let count = try flows[turn].send()
                turn = (turn + 1) % flows.count
                tried += 1
                due -= UInt64(count) * 1_000_000
                if count > 0 { lastProgress = tick }
            }
            // One piece every other tick: bulk is to be there, not to take the machine.
            if tick / interval % 2 == 0, !streams.isEmpty {
                try streams[stream].push()
                stream = (stream + 1) % streams.count
            }
            if tick > lastProgress + 500_000_000 {
                flows.forEach { $0.writeOff() }
                lastProgress = tick
            }
            tick = max(tick + interval, Clock.now())
            Clock.sleep(until: tick)
        }
    }

    private func receive() {
        let sockets = receivers.map(\.raw), all = sockets + streams.map(\.server)
        var waiting = all.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var numbers = [witness_number](repeating: witness_number(), count: Int(MIGRATE_NUMBERED_MAX))
        var bulk = [UInt8](repeating: 0, count: BulkStream.piece)
        while !ended.load(ordering: .relaxed) {
            // SAFETY: the count is the array's.
            guard unsafe poll(&waiting, nfds_t(waiting.count), 20) > 0 else { continue }
            for index in waiting.indices where waiting[index].revents != 0 {
                if index < sockets.count {
                    take(sockets[index], &numbers)
                } else {
                    streams[index - sockets.count].drain(into: &bulk)
                }
            }
        }
    }

    private func take(_ socket: CInt, _ numbers: inout [witness_number]) {
        while true {
            // SAFETY: at most the array's count.
            let count = unsafe migrate_receive_numbered(socket, &numbers, CInt(numbers.count))
            guard count > 0 else { return }
            arrivals.withLock { arrivals in
                for number in numbers.prefix(Int(count)) where number.magic == WITNESS_MAGIC {
                    guard arrivals.indices.contains(Int(number.flow)) else { continue }
                    arrivals[Int(number.flow)].record(number.sequence)
                    flows[Int(number.flow)].countReceived()
                }
            }
        }
    }
}
