import Kernel
import Model

extension Restorer {
    /// What became of the cell.
    struct FlipBack {
        /// As it was found; `nil` where there is none, or where it could not be asked.
        var before: CellSight?
        /// Where it could not be asked. The slots are put back all the same.
        var failure: String?

        /// Why the kernel took the run back before anybody asked for it.
        var reason: RunReason? {
            switch before?.effectiveState {
            case .expired: .deadline
            case .breaker: .breaker
            default: nil
            }
        }

        var evidence: String {
            if let failure { return "the cell could not be asked: \(failure)" }
            guard let before else { return "the run has no cell" }
            return before.word.state.isFinal
                ? "the cell was in state \(before.word.state) already, which sends packets to the legacy programs"
                : "the cell was in state \(before.word.state); since then it sends packets to the legacy programs"
        }
    }

    /// The cell first: every hook hands its packets to the legacy program at once, whatever the slots take.
    func flipBack(_ run: PinnedRun) -> FlipBack {
        guard run.cut == .switch else { return FlipBack() }
        do throws(KernelError) {
            let answer: ControlAnswer
            if let open = held?.control {
                answer = try Control(descriptorOf: open.program).rollBack()
            } else {
                answer = try Control(pins).rollBack()
            }
            // A deadline that passed unseen is written by the very call that asked.
            let before = answer.after.state == .rolledBack ? answer.before : answer.after
            return FlipBack(before: CellSight(word: before, remainingMilliseconds: nil))
        } catch {
            // A run that was cut off before it had a cell flipped nothing.
            if error.errno == .noSuchFileOrDirectory && run.hooks.allSatisfy({ $0.replacementID == 0 }) {
                return FlipBack()
            }
            return FlipBack(failure: "\(error)")
        }
    }
}
