import Glibc
import Model
import Synchronization

/// What a command leaves in the termination log of its container.
public final class LastWords: Sendable {
    private let message = Mutex<TerminationMessage?>(nil)

    func note(_ document: any LastWordsSource) {
        var message = TerminationMessage(exit: 0)
        document.fill(&message)
        self.message.withLock { $0 = message }
    }

    var last: TerminationMessage? { message.withLock { $0 } }
}

/// A document that says which plan or run it is about.
protocol LastWordsSource {
    func fill(_ message: inout TerminationMessage)
}

extension PlanDocument: LastWordsSource {
    func fill(_ message: inout TerminationMessage) {
        message.planID = planID
        message.facts = blockers.map { "\($0.code) \($0.message)" }
    }
}

extension RunDocument: LastWordsSource {
    func fill(_ message: inout TerminationMessage) {
        (message.planID, message.runID) = (planID, runID)
        (message.state, message.reason, message.share) = (state.rawValue, reason?.rawValue, share)
        message.facts = proof?.differences ?? []
        message.next = next?.command
    }
}

extension StatusDocument: LastWordsSource {
    func fill(_ message: inout TerminationMessage) {
        (message.runID, message.state) = (runID, state)
        message.next = next?.command
    }
}

extension CommandContext {
    func leaveLastWords(_ status: ExitStatus) {
        var message = lastWords.last ?? TerminationMessage(exit: 0)
        message.exit = status.rawValue
        write(message)
    }

    func leaveLastWords(_ error: MigrateError) {
        // What was written before it failed says of which run it is.
        var message = lastWords.last ?? TerminationMessage(exit: 0)
        message.exit = error.code.exit == .done ? 1 : error.code.exit.rawValue
        (message.code, message.what, message.changed) = (error.code.text, error.what, error.changed)
        (message.facts, message.remedy) = (error.facts, error.remedy)
        write(message)
    }

    /// The file is the kubelet's, mounted by itself: it is neither made nor exchanged.
    private func write(_ message: TerminationMessage) {
        guard let path = settings.terminationLog, let text = try? message.text() else { return }
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW)
        let bytes = Array(text.utf8)
        let written = descriptor < 0 ? -1 : bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let cause = String(cString: strerror(errno))
        if descriptor >= 0 { close(descriptor) }
        if written != bytes.count { Console.error("Warning: the termination log \(path) was not written: \(cause).") }
    }
}
