import Kernel
import Model

extension HookRestorer {
    /// The place as it is now; `nil` when it is gone.
    func current() throws(KernelError) -> Hook? {
        var socket = try NetlinkSocket()
        return try current(HookReader.current([before], replacements: [hook.ours], socket: &socket)[0])
    }

    func current(_ reading: Result<Hook?, KernelError>) throws(KernelError) -> Hook? {
        do throws(KernelError) {
            if let found = try reading.get() { return found }
            return before.kind == .tcx ? try taken() : nil
        } catch {
            // No clsact qdisc any more: the filter went with it.
            if error.errno == .invalidArgument || error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }

    /// Where our program is not: what stands at its position, unless it stood beside it before.
    private func taken() throws(KernelError) -> Hook? {
        guard let other = try TCXHookReader.neighbor(at: before) else { return nil }
        let known = hook.list?.entries.map(\.programID) ?? []
        return known.contains(other.program?.id ?? 0) ? nil : other
    }

    /// What stands beside the hook now, against what stood there before.
    func comparison(_ now: Hook) throws(KernelError) -> TCXComparison {
        guard before.kind == .tcx, let recorded = hook.list else { return TCXComparison() }
        let list = try TCXList.read(ifindex: before.ifindex, direction: before.direction)
        guard let list, let was = TCXHookReader.position(of: before, replacement: nil, in: recorded),
            let place = now.attachment.map({ Int($0.position) }), list.entries.indices.contains(place)
        else { return TCXComparison() }
        let others = list.withoutShadows(but: place)
        guard let position = others.entries.firstIndex(of: list.entries[place]) else { return TCXComparison() }
        return TCXComparison(title, before: recorded, at: was, now: others, at: position)
    }

    /// From its pin; where somebody removed that, by id for as long as it is loaded; `nil` when the kernel has freed it.
    func legacyProgram(_ id: UInt32) throws(KernelError) -> OpenProgram? {
        do throws(KernelError) {
            let program = try BPFProgram(pin: pins.legacyPath(legacyNumber))
            guard program.record.id == id else {
                throw KernelError.refused(
                    "open", pins.legacyPath(legacyNumber), "it holds program \(program.record.id), not \(id)")
            }
            return OpenProgram(program)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
        }
        do throws(KernelError) {
            return OpenProgram(try BPFProgram(id: id))
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return nil
        }
    }
}
