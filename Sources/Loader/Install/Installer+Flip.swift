import Kernel
import Model

extension Installer {
    /// One store flips every hook to its replacement: for good, or until the deadline.
    func flip(_ programs: Replacements, _ progress: inout Progress) throws(MigrateError) -> CellSight {
        // The last moment at which a signal undoes.
        try checkInterruption()
        let what = request.window.map { "until \($0.of("second")) have passed" } ?? "for good"
        let part = request.share == .whole ? "" : ", \(request.share.text) of the flows"
        let sequence = try journal.begin(
            .flip, "flip \(request.hooks.count.of("hook")) to the replacement \(what)\(part)")
        progress.isChanged = true
        let answer = try acting("flip the hooks") { () throws(KernelError) in
            let control = try Control(pins)
            if let window = request.window { return try control.open(within: window, share: request.share.parts) }
            return try control.commit()
        }
        if let refusal = answer.refusal {
            throw MigrateError(
                .kernelRead, "the kernel refused to flip the hooks",
                facts: ["control program: \(refusal); the cell is in state \(answer.after.state)"],
                remedy: "Look at the machine:  migrate preflight")
        }
        try journal.set(state: request.window == nil ? .committed : .provisional, reason: nil)
        try journal.end(sequence, "the cell is in state \(answer.after.state), \(programs.summary)")
        return answer.sight
    }
}
