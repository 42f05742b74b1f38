import Kernel
import Model

/// Whether the run can take over in the way that was asked for, and what the other way would mean.
struct CutChecks {
    let cut: CutKind
    /// Those to replace.
    let hooks: [Hook]
    /// What the replacement is told, each once.
    let configurations: Set<RedirectConfiguration>

    private static let direct =
        "Replace in place, with a weaker guarantee (no confirm window, so apply needs --confirm-within none; "
        + "hooks change one after the other):  migrate plan --cut direct"

    func blockers() -> [PlanDocument.Blocker] {
        guard cut == .switch, !hooks.isEmpty else { return [] }
        let missing = missing()
        // Without the features the rest would only say so again.
        guard missing.isEmpty else { return missing }
        return switchRefusals() + callRefusals() + tooDeep()
    }

    func warnings() -> [PlanDocument.Blocker] {
        guard !hooks.isEmpty else { return [] }
        return switch cut {
        case .switch: circles()
        case .direct: [mixedMeanwhile()]
        }
    }

    /// What this kernel lacks.
    private func missing() -> [PlanDocument.Blocker] {
        KernelFeature.cut.compactMap { feature in
            do throws(KernelError) { try feature.probe() } catch {
                return .init(.noSwitch, "\(feature.purpose): \(error)", remedy: Self.direct)
            }
            return nil
        }
    }

    /// What the verifier says of the switch, although it takes the plain replacement.
    private func switchRefusals() -> [PlanDocument.Blocker] {
        configurations.compactMap { configuration in
            do throws(KernelError) { _ = try SwitchTrial(configuration) } catch {
                return .init(.noSwitch, "the kernel refuses the switch: \(error)", remedy: Self.direct)
            }
            return nil
        }
    }

    private func callRefusals() -> [PlanDocument.Blocker] {
        programs.compactMap { title, program in
            let why: String
            do throws(KernelError) {
                guard case .refused(let reason) = try TailCallTrial.of(program: program.id) else { return nil }
                why = reason
            } catch { why = "\(error)" }
            return .init(
                .tailCallRefused,
                "\(title): program \(program.id) (\(program.name)) cannot be tail-called from a switch: \(why)",
                remedy: Self.direct)
        }
    }
}

// Programs that call others themselves.
extension CutChecks {
    private func tooDeep() -> [PlanDocument.Blocker] {
        depths { title, program, depth in
            guard case .calls(let calls) = depth, calls >= TailCallDepth.limit else { return nil }
            return .init(
                .tailCallsTooDeep,
                "\(title): program \(program.id) (\(program.name)) makes up to \(calls) tail calls in a row; behind a switch the kernel takes \(TailCallDepth.limit - 1)",
                remedy: Self.direct)
        }
    }

    private func circles() -> [PlanDocument.Blocker] {
        depths { title, program, depth in
            let why: String
            switch depth {
            case .calls: return nil
            case .circle(let ids):
                why = "may tail-call in a circle (\((ids + ids.prefix(1)).map { "\($0)" }.joined(separator: " → ")))"
            case .unknown: why = "may tail-call more programs than were looked at"
            }
            return .init(
                .tailCallsUnbounded,
                "\(title): program \(program.id) (\(program.name)) \(why); behind a switch a chain ends one call earlier, after \(TailCallDepth.limit - 1)",
                remedy: "Nothing to do unless its chains are that long; then:  migrate plan --cut direct")
        }
    }

    /// A program that cannot be read is none to judge; others say so.
    private func depths(
        _ judge: (String, ProgramReference, TailCallDepth) -> PlanDocument.Blocker?
    ) -> [PlanDocument.Blocker] {
        programs.compactMap { title, program in
            (try? TailCallDepth.of(program: program.id)).flatMap { judge(title, program, $0) }
        }
    }

    /// Each once, with the hooks that hold it.
    private var programs: [(title: String, program: ProgramReference)] {
        var order: [ProgramReference] = []
        var holders: [ProgramReference: [Hook]] = [:]
        for hook in hooks {
            guard let program = hook.program else { continue }
            if holders[program] == nil { order.append(program) }
            holders[program, default: []].append(hook)
        }
        return order.compactMap { program in
            guard let all = holders[program], let first = all.first else { return nil }
            let more = all.count - 1
            return (first.title + (more == 0 ? "" : " and \(more.of("more hook"))"), program)
        }
    }

    private func mixedMeanwhile() -> PlanDocument.Blocker {
        let what =
            hooks.count == 1
            ? "the hook is replaced in place"
            : "\(hooks.count) hooks are replaced one after the other, and the node is mixed between the first and the last"
        return .init(
            .directCut, "\(what); there is no confirm window, nothing takes it back by itself",
            remedy: "Take over by one store, with a confirm window:  migrate plan --cut switch")
    }
}
