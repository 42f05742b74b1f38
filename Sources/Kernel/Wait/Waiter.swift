import CKernel
import Glibc
import SystemPackage

/// The one loop of the verbs that wait: sleeps until a signal comes, time has passed, a file changed, or the kernel has told
/// something. It acts on nothing: what woke it is handed to whoever waits.
///
/// Made of descriptors and poll(2), on the calling thread. Signals are those of ``HeldSignals``, which holds them back first.
public struct Waiter: ~Copyable {
    /// What ended a wait.
    public enum Event: Hashable, Sendable {
        /// SIGINT, SIGTERM or SIGHUP.
        case signal(CInt)
        /// The interval has passed, once or several times.
        case tick
        /// Something in a watched directory was made, changed or removed.
        case files
        /// The descriptor that was given to ``add(_:)`` can be read; whoever gave it reads it.
        case readable(CInt)
    }

    private let signals: OwnedDescriptor
    private let interval: OwnedDescriptor
    private let files: FileWatch
    private var others: [CInt] = []

    /// - Parameter milliseconds: between two ticks.
    public init(every milliseconds: UInt32) throws(KernelError) {
        HeldSignals.hold()
        var set = HeldSignals.all
        // SAFETY: the set lives during the call.
        let signals = try Self.owned("make", "signal descriptor", unsafe migrate_signal_file(&set))
        let interval = try Self.owned("make", "timer", migrate_interval_file(milliseconds))
        files = try FileWatch()
        self.signals = signals
        self.interval = interval
    }

    /// Wakes up for changes in that directory, as far as the kernel tells of them: a network file system's others it does not
    /// see. A tick must find out all the same.
    public func watch(directory: String) throws(KernelError) {
        try files.add(directory)
    }

    /// Wakes up while `descriptor` can be read, such as a ``NetlinkMonitor``'s; it must outlive this value or be removed.
    public mutating func add(_ descriptor: CInt) { others.append(descriptor) }
    public mutating func remove(_ descriptor: CInt) { others.removeAll { $0 == descriptor } }

    /// Sleeps until something happened, and returns all of it, signals first.
    public mutating func wait() throws(KernelError) -> [Event] {
        let watched = [signals.raw, interval.raw, files.descriptor] + others
        var asked = watched.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // SAFETY: the array has as many elements as the call is told.
        while unsafe poll(&asked, nfds_t(asked.count), -1) < 0 {
            guard errno == EINTR else { throw .call("wait for", "signals and time", .last) }
        }
        var events: [Event] = []
        if asked[0].revents != 0 { events += try pendingSignals().map { .signal($0) } }
        if asked[1].revents != 0, try drain(interval) { events.append(.tick) }
        if asked[2].revents != 0, try files.drain() { events.append(.files) }
        for ready in asked.dropFirst(3) where ready.revents != 0 {
            // One that hung up stays readable for ever.
            if ready.revents & Int16(POLLNVAL) != 0 { remove(ready.fd) } else { events.append(.readable(ready.fd)) }
        }
        return events
    }

    private func pendingSignals() throws(KernelError) -> [CInt] {
        var found: [CInt] = []
        while true {
            let next = migrate_next_signal(signals.raw)
            guard next >= 0 else { throw .call("read", "signals", Errno(rawValue: -next)) }
            guard next > 0 else { return found }
            found.append(next)
        }
    }

    /// Whether the timer had run out.
    private func drain(_ timer: borrowing OwnedDescriptor) throws(KernelError) -> Bool {
        var count: UInt64 = 0
        // SAFETY: as many bytes are read as the number has.
        let length = unsafe read(timer.raw, &count, MemoryLayout<UInt64>.size)
        guard length >= 0 || errno == EAGAIN || errno == EINTR else { throw .call("read", "timer", .last) }
        return length > 0
    }

    private static func owned(_ verb: String, _ object: String, _ raw: CInt) throws(KernelError) -> OwnedDescriptor {
        guard raw >= 0 else { throw .call(verb, object, Errno(rawValue: -raw)) }
        return OwnedDescriptor(owning: raw)
    }
}
