import Synchronization

/// Traffic to pods, from the proxy or from each other, with an account of every packet; begins with `start` and ends by itself.
///
/// One thread sends and one receives, however many flows there are: the machine has few processors, and one that
/// waits for its turn would look like a fault of the node.
public final class Traffic: Sendable {
    private let options: TrafficOptions
    private let run: UInt64
    private let flows: [TrafficFlow]
    private let sender: TrafficSender
    private let receiver: TrafficReceiver
    private let begun: UInt64
    private let threads: Mutex<[WorkThread]>
    private let finished = Mutex<Ledger?>(nil)

    /// Sends until `stop`, or until the seconds are over.
    public static func start(in lab: LabNode, _ options: TrafficOptions = TrafficOptions()) throws -> Traffic {
        try options.validate()
        let pods = try options.pods.isEmpty ? lab.pods.filter(\.isReachable) : options.pods.map(lab.pod)
        return try Traffic(lab, pods, options)
    }

    /// To these, whatever the options name.
    public static func start(in lab: LabNode, to pods: [LabPod], _ options: TrafficOptions) throws -> Traffic {
        try options.validate()
        return try Traffic(lab, pods, options)
    }

    private init(_ lab: LabNode, _ pods: [LabPod], _ options: TrafficOptions) throws {
        self.options = options
        run = .random(in: 1 ... .max)
        flows = try Self.flows(to: pods, options, in: lab)
        receiver = TrafficReceiver(run: run, flows: flows)
        sender = TrafficSender(run: run, flows: flows, options)
        begun = Clock.now()
        let receiving = try WorkThread { [receiver] in receiver.loop() }
        let sending = try WorkThread { [sender] in sender.loop() }
        threads = Mutex([sending, receiving])
    }

    /// Flows of one family from one namespace share a socket.
    private static func flows(
        to pods: [LabPod], _ options: TrafficOptions, in lab: LabNode
    ) throws -> [TrafficFlow] {
        let state = lab.state
        var senders: [String: UDPSocket] = [:]
        var flows: [TrafficFlow] = []
        let receivers = try TrafficEndpoint.receivers(of: pods, ipv6: options.ipv6, in: lab)
        for pod in pods {
            let from = state.options.family.deployment.sender(to: pod, in: state)
            for address in [pod.address] + (options.ipv6 ? [pod.ipv6].compactMap(\.self) : []) {
                let key = "\(from) \(address.family.rawValue)"
                let sender = try senders[key] ?? TrafficEndpoint.sender(address.family, from: from, in: lab)
                senders[key] = sender
                guard let receiver = receivers[address] else { continue }
                flows.append(TrafficFlow(pod: pod.name, address: address, receiver: receiver, sender: sender))
            }
        }
        return flows
    }

    /// Packets that arrived so far, over all flows.
    public var receivedSoFar: UInt64 { receiver.counts.reduce(0) { $0 + $1.received } }

    /// Ends the sending, waits for what is under way, and counts. The same ledger every time.
    public func stop() -> Ledger {
        sender.stop()
        return wait()
    }

    /// Makes the sending end soon, without waiting; for signal handling.
    public func requestStop() { sender.stop() }

    /// Waits until the seconds are over or somebody stops, and counts.
    public func wait() -> Ledger {
        finished.withLock { finished in
            if let ledger = finished { return ledger }
            let threads = self.threads.withLock { $0 }
            threads[0].join()
            let milliseconds = (Clock.now() - begun) / 1_000_000
            drain()
            threads[1].join()
            let ledger = count(milliseconds)
            finished = ledger
            return ledger
        }
    }

    /// Receives on until all have arrived, and a moment longer for copies of them.
    private func drain() {
        let latest = Clock.now() + UInt64(options.drainMilliseconds) * 1_000_000
        let sent = sender.counts.reduce(0) { $0 + $1.sent }
        while receivedSoFar < sent, Clock.now() < latest { Clock.sleep(until: Clock.now() + 2_000_000) }
        receiver.stop(atLatest: min(latest, Clock.now() + 50_000_000))
    }

    private func count(_ milliseconds: UInt64) -> Ledger {
        let counts = receiver.counts
        let sent = sender.counts
        let entries = flows.indices.map { index in
            Ledger.Flow(
                pod: flows[index].pod, address: flows[index].address, sent: sent[index].sent,
                refused: sent[index].refused, dropped: UInt64(flows[index].receiver.socket.drops), count: counts[index])
        }
        return Ledger(
            run: String(run, radix: 16), rate: options.rate, milliseconds: milliseconds, flows: entries)
    }

    deinit {
        sender.stop()
        receiver.stop(atLatest: 0)
        threads.withLock { $0.forEach { $0.join() } }
    }
}
