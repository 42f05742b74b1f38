import BPFObjects
import CLibbpf
import Glibc
import Kernel
import Model
import SystemPackage

/// Makes the transitions of a run's cell, by running its control program (docs/cutover.md).
///
/// The program's rules decide, not this side: it refuses to commit past the deadline by its own clock.
public struct Control: ~Copyable {
    private let program: BPFProgram

    /// From the run's pins; another version of this program may have made them.
    public init(_ pins: RunPins) throws(KernelError) {
        try pins.requireOwn()
        try self.init(try BPFProgram(pin: pins.controlPath))
    }

    init(_ program: consuming BPFProgram) throws(KernelError) {
        guard program.record.reference.name == "control" else {
            throw .refused("use", "program \(program.record.id)", "it is no control program of a run")
        }
        self.program = program
    }

    /// Of a run whose control program this process holds open: its pins may be out of sight.
    init(descriptorOf program: borrowing BPFProgram) throws(KernelError) {
        try self.init(try BPFProgram(id: program.record.id))
    }

    /// Flips every hook to the replacement, until the deadline.
    public func open(within seconds: Int, share: UInt32 = CellWord.wholeShare) throws(KernelError) -> ControlAnswer {
        var request = ControlRequest.empty
        request.operation = UInt32(MIGRATE_DO_OPEN.rawValue)
        request.share = share
        return try ask(request, seconds: seconds)
    }

    /// Another share of the flows, until the deadline that there is.
    public func set(share: UInt32) throws(KernelError) -> ControlAnswer {
        var request = ControlRequest.empty
        request.operation = UInt32(MIGRATE_DO_SHARE.rawValue)
        request.share = share
        return try ask(request, seconds: 0)
    }

    /// No deadline any more; from `legacy` it flips every hook as well.
    public func commit() throws(KernelError) -> ControlAnswer { try ask(MIGRATE_DO_COMMIT) }

    /// Moves the deadline by so many seconds.
    public func extend(by seconds: Int) throws(KernelError) -> ControlAnswer {
        var request = ControlRequest.empty
        request.operation = UInt32(MIGRATE_DO_EXTEND.rawValue)
        return try ask(request, seconds: seconds)
    }

    /// Flips every hook to its legacy program, for good.
    public func rollBack() throws(KernelError) -> ControlAnswer { try ask(MIGRATE_DO_ROLL_BACK) }

    /// Writes the expiry where it is due and not written yet.
    public func look() throws(KernelError) -> ControlAnswer { try ask(MIGRATE_DO_LOOK) }

    private func ask(_ operation: migrate_operation) throws(KernelError) -> ControlAnswer {
        var request = ControlRequest.empty
        request.operation = UInt32(operation.rawValue)
        return try ask(request, seconds: 0)
    }

    /// A transition that met another one half-way is asked for again.
    private func ask(_ request: migrate_request, seconds: Int) throws(KernelError) -> ControlAnswer {
        var request = request
        request.duration = UInt64(max(0, seconds)) * 1_000_000_000
        request.tick = try Self.tick()
        var answer = try ControlAnswer(try ControlRequest.run(program, request))
        for _ in 0..<100 where answer.refusal == .contended {
            answer = try ControlAnswer(try ControlRequest.run(program, request))
        }
        return answer
    }

    /// Nanoseconds of a jiffy: the coarse clocks' resolution is the kernel's `TICK_NSEC` (kernel/time/posix-timers.c).
    private static func tick() throws(KernelError) -> UInt64 {
        var resolution = timespec()
        // SAFETY: the call fills `resolution`.
        guard unsafe clock_getres(CLOCK_MONOTONIC_COARSE, &resolution) == 0 else {
            throw .call("read", "resolution of the coarse clock", Errno(rawValue: errno))
        }
        return UInt64(resolution.tv_sec) * 1_000_000_000 + UInt64(resolution.tv_nsec)
    }
}

/// Why the control program refused; nothing was changed but, where it was due, the expiry written.
public enum ControlRefusal: UInt32, Hashable, Sendable, CaseIterable {
    case malformed = 1
    /// To open: it was opened before.
    case notLegacy
    /// To commit, extend or divide: another state.
    case notOpen
    /// To commit, extend or divide: the deadline has passed.
    case expired
    /// To commit: a share of the flows still takes the legacy programs.
    case partialShare
    /// The kernel would not arm the timer.
    case noTimer
    /// The word kept changing.
    case contended
    /// To roll back: packets take the legacy programs already, for good.
    case final
}

/// What the control program answered.
public struct ControlAnswer: Hashable, Sendable {
    /// `nil`: done.
    public var refusal: ControlRefusal?
    public var before: CellWord
    public var after: CellWord
    /// Milliseconds until the deadline, by BPF's clock; `nil` where the cell is not open.
    public var remainingMilliseconds: Int?

    init(_ answer: migrate_request) throws(KernelError) {
        guard let before = CellWord(raw: answer.before), let after = CellWord(raw: answer.after) else {
            throw .malformed("read", "answer of the control program", "word 0x\(String(answer.after, radix: 16))")
        }
        guard answer.answer == MIGRATE_DONE.rawValue || ControlRefusal(rawValue: answer.answer) != nil else {
            throw .malformed("read", "answer of the control program", "answer \(answer.answer)")
        }
        refusal = ControlRefusal(rawValue: answer.answer)
        self.before = before
        self.after = after
        let left = Int64(bitPattern: answer.deadline &- answer.now) / 1_000_000
        remainingMilliseconds = after.state == .open && answer.deadline != 0 ? Int(left) : nil
    }

    public var sight: CellSight { CellSight(word: after, remainingMilliseconds: remainingMilliseconds) }
}
