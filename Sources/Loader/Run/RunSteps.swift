/// One moment of a run at which it may be cut off: before or after something that lasts.
public struct RunStep: Hashable, Sendable {
    public enum When: String, Hashable, Sendable, CaseIterable {
        case before
        case after
    }

    /// What is done, such as `journal.begin.pin` or `unpin.legacy_0`.
    public var name: String
    public var when: When

    public init(name: String, when: When) {
        self.name = name
        self.when = when
    }
}

/// Is told of every step as it comes: where a test ends the process, or plays the second writer.
///
/// It is handed from request to journal and restorer, so that nothing is global and the shipped program has none.
public protocol StepObserver: Sendable {
    func step(_ name: String, _ when: RunStep.When)
}

extension Optional where Wrapped == any StepObserver {
    /// Announces `act`. What comes after it is not announced where it throws.
    public func around<T: ~Copyable, Failure: Error>(
        _ name: @autoclosure () -> String, _ act: () throws(Failure) -> T
    ) throws(Failure) -> T {
        guard let observer = self else { return try act() }
        let name = name()
        observer.step(name, .before)
        let value = try act()
        observer.step(name, .after)
        return value
    }
}
