import Kernel
import Model

extension Installer {
    /// Makes and pins the cell, in state `legacy`, and the control program that makes its transitions.
    func makeCell(_ progress: Progress) throws(MigrateError) -> Replacements.Cell {
        try acting("make the cell") { () throws(KernelError) in
            let loaded = try ControlObject.load()
            let control = try loaded.control()
            let cell = try loaded.cell()
            try pins.pin(cell.descriptor, at: pins.cellPath)
            try pins.pin(control.descriptor, at: pins.controlPath)
            progress.held?.hold(control: control)
            return Replacements.Cell(cell)
        }
    }

    /// That a packet through each switch reaches the legacy program: a frame of an EtherType for experiments
    /// (0x88b5, IEEE 802), as any that comes in. The switch counts what it hands on, and what it could not.
    func tryOut(_ programs: Replacements) throws(MigrateError) {
        var tried: Set<UInt32> = []
        let directory = try namespaces()
        for (hook, loaded) in zip(request.hooks, programs.ofHooks) {
            let id = loaded.reference.id
            guard tried.insert(id).inserted, let namespace = directory[hook.netns.cookie] else { continue }
            let counted = try acting("try the switch of \(title(hook))") { () throws(KernelError) in
                _ = try namespace.run { () throws(KernelError) in
                    try TestRun.tc(
                        loaded.program.descriptor, packet: ControlRequest.frame(ControlRequest.empty),
                        ifindex: hook.ifindex)
                }
                return try ReplacementObject.counters(ofProgram: id)
            }
            guard counted["to_legacy"] == 1, counted["fell_forward"] == 0 else {
                throw MigrateError(
                    .kernelRead, "the switch of \(title(hook)) does not reach program \(hook.program?.id ?? 0)",
                    facts: [
                        "of 1 packet \(counted["to_legacy"] ?? 0) were handed to it, \(counted["fell_forward"] ?? 0) came back"
                    ], remedy: "Replace without a switch:  migrate plan --cut direct")
            }
        }
    }
}
