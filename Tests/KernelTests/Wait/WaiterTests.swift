import Glibc
import Testing

@testable import Kernel

/// Real signals, timers, pipes and files. Each test waits on a thread of its own, for its mask goes with it.
@Suite struct WaiterTests {
    /// Everything that comes until `last` does; a wait that never ends is the test's own time limit.
    private func events(
        _ waiter: inout Waiter, until last: Waiter.Event
    ) throws(KernelError) -> [Waiter.Event] {
        var all: [Waiter.Event] = []
        while !all.contains(last) { all += try waiter.wait() }
        return all
    }

    private func onThread<T: Sendable>(_ body: () throws -> T) throws -> T {
        try NamespaceThread.run(orFail: { $0 }) { () throws -> T in try body() }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal wakes it, and is taken`(signal: CInt) throws {
        try onThread {
            var waiter = try Waiter(every: 60_000)
            #expect(HeldSignals.waiting() == nil)
            pthread_kill(pthread_self(), signal)
            #expect(HeldSignals.waiting() == signal, "it is pending, and has killed nobody")
            #expect(try waiter.wait() == [.signal(signal)])
            #expect(HeldSignals.waiting() == nil)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `several signals come at once`() throws {
        try onThread {
            var waiter = try Waiter(every: 60_000)
            for signal in HeldSignals.numbers { pthread_kill(pthread_self(), signal) }
            #expect(Set(try waiter.wait()) == Set(HeldSignals.numbers.map(Waiter.Event.signal)))
        }
    }

    @Test(.timeLimit(.minutes(1))) func `ticks come again and again, and those that were missed count once`() throws {
        try onThread {
            var waiter = try Waiter(every: 20)
            let began = ContinuousClock.now
            for _ in 0..<3 { #expect(try waiter.wait() == [.tick]) }
            #expect(began.duration(to: .now) >= .milliseconds(60))
            usleep(100_000)
            #expect(try waiter.wait() == [.tick])
            let after = ContinuousClock.now
            #expect(try waiter.wait() == [.tick])
            #expect(after.duration(to: .now) > .milliseconds(1), "the missed ones do not come one by one")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a descriptor that can be read wakes it until it was read`() throws {
        try onThread {
            var ends: [CInt] = [0, 0]
            try #require(pipe(&ends) == 0)
            defer { ends.forEach { close($0) } }
            var waiter = try Waiter(every: 60_000)
            waiter.add(ends[0])
            try #require(write(ends[1], "x", 1) == 1)
            #expect(try waiter.wait() == [.readable(ends[0])])
            #expect(try waiter.wait() == [.readable(ends[0])])
            var byte: UInt8 = 0
            try #require(read(ends[0], &byte, 1) == 1)
            pthread_kill(pthread_self(), SIGHUP)
            #expect(try waiter.wait() == [.signal(SIGHUP)])
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a descriptor that somebody closed is left out`() throws {
        try onThread {
            var ends: [CInt] = [0, 0]
            try #require(pipe(&ends) == 0)
            var waiter = try Waiter(every: 1000)
            // High up, where no other thread opens a file meanwhile.
            let high = fcntl(ends[0], F_DUPFD_CLOEXEC, 900)
            try #require(high >= 900)
            waiter.add(high)
            ends.forEach { close($0) }
            close(high)
            #expect(try waiter.wait() == [])
            #expect(try waiter.wait() == [.tick])
        }
    }

    @Test(.timeLimit(.minutes(1))) func `what is made, written and removed in a directory wakes it`() throws {
        let directory = "/tmp/migrate-wait-\(UInt32.random(in: .min ... .max))"
        try #require(mkdir(directory, 0o700) == 0)
        defer { _ = try? shell("rm -rf \(directory)") }
        try onThread {
            var waiter = try Waiter(every: 60_000)
            try waiter.watch(directory: directory)
            for command in ["touch", "echo x >>", "rm"] {
                _ = try shell("\(command) \(directory)/file")
                #expect(try waiter.wait() == [.files], "\(command)")
            }
            pthread_kill(pthread_self(), SIGINT)
            #expect(try waiter.wait() == [.signal(SIGINT)], "it had nothing more to say")
        }
    }

    @Test func `a directory that is not there is an error`() throws {
        try onThread {
            let waiter = try Waiter(every: 1000)
            do throws(KernelError) {
                try waiter.watch(directory: "/nonexistent")
                Issue.record("it was watched")
            } catch { #expect(error.errno == .noSuchFileOrDirectory) }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a child begins without the signals that are held back`() throws {
        try onThread {
            _ = try Waiter(every: 1000)
            let (held, own) = (try blocked(in: nil), try blocked(in: HeldSignals.forChildren))
            let mask = HeldSignals.numbers.reduce(UInt64(0)) { $0 | 1 << UInt64($1 - 1) }
            #expect(held & mask == mask, "without the mask it would inherit them")
            #expect(own & mask == 0)
        }
    }

    /// What a child finds blocked that is started with `mask`, or with the thread's.
    private func blocked(in mask: sigset_t?) throws -> UInt64 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        if var mask {
            posix_spawnattr_setsigmask(&attributes, &mask)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        }
        var ends: [CInt] = [0, 0], actions = posix_spawn_file_actions_t()
        try #require(pipe(&ends) == 0)
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let words = ["sed", "-n", "s/^SigBlk:[[:space:]]*//p", "/proc/self/status"]
        var pointers = words.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        var pid = pid_t()
        try #require(posix_spawn(&pid, "/bin/sed", &actions, &attributes, &pointers, environ) == 0)
        close(ends[1])
        var text = [UInt8](repeating: 0, count: 64)
        let length = read(ends[0], &text, text.count)
        close(ends[0])
        var status: CInt = 0
        try #require(waitpid(pid, &status, 0) == pid)
        let digits = String(decoding: text.prefix(max(0, length)), as: UTF8.self).prefix { $0.isHexDigit }
        return try #require(UInt64(digits, radix: 16))
    }
}
