import CKernel
import Glibc
import Model
import Synchronization

/// Sends one packet per flow at every tick.
final class TrafficSender: Sendable {
    struct Count {
        var sent: UInt64 = 0
        var refused: UInt64 = 0
    }

    private let run: UInt64
    private let flows: [TrafficFlow]
    private let options: TrafficOptions
    private let stopped = Atomic<Bool>(false)
    private let state: Mutex<[Count]>

    init(run: UInt64, flows: [TrafficFlow], _ options: TrafficOptions) {
        self.run = run
        self.flows = flows
        self.options = options
        state = Mutex([Count](repeating: Count(), count: flows.count))
    }

    var counts: [Count] { state.withLock(\.self) }

    func stop() { stopped.store(true, ordering: .relaxed) }

    /// Runs on a thread of its own until stopped or at the end. A tick that is missed is not made up for: a burst
    /// after a pause would test the queues and not the node. For the same reason many flows share a tick out.
    func loop() {
        stay()
        let interval = 1_000_000_000 / UInt64(options.rate)
        var tick = Clock.now()
        let end = tick + UInt64(options.seconds) * 1_000_000_000
        var left = options.packets ?? .max
        while !stopped.load(ordering: .relaxed), tick < end, left > 0 {
            left -= 1
            for index in flows.indices {
                if index % 64 == 63 { Clock.sleep(until: tick + interval * UInt64(index) / UInt64(flows.count)) }
                send(index)
            }
            tick = max(tick + interval, Clock.now())
            Clock.sleep(until: tick)
        }
    }

    /// On one processor: a veth's packets wait in a queue of the processor that sent them (`enqueue_to_backlog`, net/core/dev.c), and a
    /// sender that is moved to another one may overtake what it sent before. Where it may not choose, it goes on as it is.
    private func stay() {
        let processors = UInt64(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        _ = migrate_run_on_processor(CInt(run % processors))
    }

    private func send(_ index: Int) {
        let flow = flows[index]
        let sequence = state.withLock { $0[index].sent }
        let packet = TrafficPacket(run: run, flow: UInt32(index), sequence: sequence, sent: Clock.now())
        do throws(LabError) {
            try flow.sender.send(packet.bytes(count: options.payload), to: flow.address, port: TrafficFlow.port)
            state.withLock { $0[index].sent += 1 }
        } catch { state.withLock { $0[index].refused += 1 } }
    }
}
