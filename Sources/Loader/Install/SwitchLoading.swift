import Kernel
import Model

/// Makes a run's cell, and its switches: each tied to the cell and to the legacy program of its hooks.
struct SwitchLoading {
    /// Which switch a hook needs: one for each legacy program and for each thing that a replacement is told.
    private struct Kind: Hashable {
        var legacy: UInt32
        var configuration: RedirectConfiguration
    }

    private struct Pair {
        var index: UInt32
        var loaded: OpenProgram
        var plain: ProgramReference
    }

    let pins: RunPins
    let cell: Replacements.Cell

    /// Loads what the hooks need, pins the slots and the plain replacements, and puts the legacy programs into the slots.
    func load(_ hooks: [Hook], told: [UInt64: RedirectConfiguration]) throws(MigrateError) -> Replacements {
        var found = Replacements()
        var known: [Kind: Pair] = [:]
        for hook in hooks {
            let kind = Kind(
                legacy: hook.program?.id ?? 0, configuration: try Replacements.configuration(of: hook, told))
            let pair: Pair
            if let there = known[kind] {
                pair = there
            } else {
                pair = try make(UInt32(known.count), kind, hook)
                known[kind] = pair
            }
            found.ofHooks.append(pair.loaded)
            found.plains.append(pair.plain)
            found.pairs.append(pair.index)
        }
        return found
    }

    private func make(_ index: UInt32, _ kind: Kind, _ hook: Hook) throws(MigrateError) -> Pair {
        try acting("prepare the switch of \(hook.title)") { () throws(KernelError) in
            let slot = try LegacySlot()
            let pair = try SwitchPair.load(
                kind.configuration, cell: cell.map, slot: slot, attachType: try Self.attachType(kind.legacy))
            let plain = try pair.plainProgram()
            try pins.pin(plain.descriptor, at: pins.plainPath(index))
            try pins.place(kind.legacy, in: slot, index)
            return Pair(
                index: index, loaded: OpenProgram(try pair.switchProgram()),
                plain: plain.record.reference)
        }
    }
}

extension SwitchLoading {
    /// As the legacy program was loaded; `plan` said whether there is one that fits.
    static func attachType(_ legacy: UInt32) throws(KernelError) -> UInt32 {
        switch try TailCallTrial.of(program: legacy) {
        case .fits(let attachType): return attachType
        case .refused(let why): throw .refused("tail-call", "program \(legacy)", why)
        }
    }
}

extension RunPins {
    /// Pins a slot and puts a legacy program into it, once a program refers to it.
    func place(_ legacy: UInt32, in slot: borrowing LegacySlot, _ index: UInt32) throws(KernelError) {
        // An unpinned slot is emptied when this process ends.
        try pin(slot.map.descriptor, at: slotPath(index))
        try slot.put(try BPFProgram(id: legacy))
        guard try slot.map.slotProgram() == legacy else {
            throw .refused("use", "slot \(index)", "it does not hold program \(legacy), which was put there")
        }
    }
}

extension Replacements {
    /// The run's cell, while it is prepared.
    final class Cell {
        let map: BPFMap
        init(_ map: consuming BPFMap) { self.map = map }
    }
}
