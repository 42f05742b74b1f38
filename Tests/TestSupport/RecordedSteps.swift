import Loader
import Synchronization

/// Notes every step of a run as it comes.
public final class RecordedSteps: StepObserver {
    private let steps = Mutex<[RunStep]>([])

    public init() {}

    public func step(_ name: String, _ when: RunStep.When) {
        steps.withLock { $0.append(RunStep(name: name, when: when)) }
    }

    public var all: [RunStep] { steps.withLock { $0 } }
    /// Names of those that were carried out, in order.
    public var finished: [String] { all.filter { $0.when == .after }.map(\.name) }
}
