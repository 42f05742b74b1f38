import Kernel
import Model

/// What `apply` does, in order, and what is left to later commands: a part of the decision.
struct PlanSteps {
    private let decision: Decision
    /// The run's directory, with a stand-in for its id.
    private let pins: String

    /// - Parameter decision: all of it but the steps.
    init(_ decision: Decision, pins: String) {
        self.decision = decision
        self.pins = pins
    }

    var lines: [String] {
        if decision.hooks.isEmpty { return [] }
        return switch decision.cut {
        case .switch: pin + cell + enroll + pairs + install + warm + [flip] + later
        case .direct: pin + enroll + warm + replace
        }
    }

    private var pin: [String] {
        let numbers = PinName.legacyNumbers(decision.hooks.map(\.program.id))
        return decision.hooks.enumerated().compactMap { index, hook in
            numbers[index] == index
                ? "pin program \(hook.program.id) (\(hook.program.name)) as \(pins)/\(PinName.legacy(index))" : nil
        }
    }

    private var enroll: [String] {
        guard decision.membership == .enrolled else { return [] }
        return Set(decision.hooks.map(\.netns)).sorted().map {
            "make the set of enrolled interfaces, pin it as \(pins)/\(EnrolledPin.name($0))"
        }
    }

    private var warm: [String] {
        ["ask the kernel to resolve the neighbors of the map's addresses, and check every entry again"]
    }

    private var replace: [String] {
        decision.hooks.map { "replace \(title($0)) in place, and read it back" }
    }

    private func title(_ hook: Decision.Precondition) -> String {
        "\(hook.place)\(hook.elsewhere(than: decision.netns))"
    }
}

// With a switch.
extension PlanSteps {
    private var cell: [String] {
        [
            "create the cell that all hooks share, in state legacy, pin it and its control program as \(pins)/cell and control"
        ]
    }

    /// One for each legacy program and configuration, in the order in which the hooks have them.
    private var pairs: [String] {
        var seen: Set<Pair> = []
        let programs = decision.hooks.compactMap { hook in
            let configuration = RedirectConfiguration(decision, netns: hook.netns)
            return seen.insert(Pair(program: hook.program.id, configuration: configuration)).inserted
                ? hook.program : nil
        }
        return programs.enumerated().map { index, program in
            "load switch and plain replacement for program \(program.id) (\(program.name)), pin \(pins)/slot_\(index) and plain_\(index), "
                + "and reach the program through the switch in a test run"
        }
    }

    private struct Pair: Hashable {
        var program: UInt32
        var configuration: RedirectConfiguration
    }

    private var install: [String] {
        decision.hooks.map {
            "install the switch at \(title($0)) in place, and read it back; packets still meet program \($0.program.id)"
        }
    }

    private var flip: String {
        let hooks = decision.hooks.count == 1 ? "the hook" : "all \(decision.hooks.count) hooks"
        return "flip \(hooks) by one store, which sets the deadline as well, and read the cell back"
    }

    private var later: [String] {
        [
            "wait for a confirmation; without one the kernel itself is back on the legacy programs at the deadline",
            "later, with finalize: replace each switch by its plain replacement and drop the legacy programs' pins; no way back then",
        ]
    }
}
