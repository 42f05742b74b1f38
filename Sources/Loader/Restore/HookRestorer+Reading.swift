import Kernel
import Model

extension HookRestorer {
    func exists(in namespace: NetworkNamespace) throws(KernelError) -> Bool {
        try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            return try socket.links(netns: before.netns.cookie).contains { $0.ifindex == before.ifindex }
        }
    }

    /// The place as it is now; `nil` when it is gone.
    func current(in namespace: NetworkNamespace) throws(KernelError) -> Hook? {
        let replacement = hook.replacementID
        return try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            do throws(KernelError) {
                if let found = try HookReader.current(before, replacement: replacement, socket: &socket) {
                    return found
                }
                return before.kind == .tcx ? try taken() : nil
            } catch {
                // No clsact qdisc any more: the filter went with it.
                if error.errno == .invalidArgument || error.errno == .noSuchFileOrDirectory { return nil }
                throw error
            }
        }
    }

    /// Where our program is not: what stands at its position, unless it stood beside it before.
    private func taken() throws(KernelError) -> Hook? {
        guard let other = try TCXHookReader.neighbor(at: before) else { return nil }
        let known = hook.list?.entries.map(\.programID) ?? []
        return known.contains(other.program?.id ?? 0) ? nil : other
    }

    /// What stands beside the hook now, against what stood there before.
    func comparison(_ now: Hook, in namespace: NetworkNamespace) throws(KernelError) -> TCXComparison {
        guard before.kind == .tcx, let recorded = hook.list else { return TCXComparison() }
        let list = try namespace.run { () throws(KernelError) in
            try TCXList.read(ifindex: before.ifindex, direction: before.direction)
        }
        guard let list, let was = TCXHookReader.position(of: before, replacement: nil, in: recorded),
            let position = now.attachment.map({ Int($0.position) }), list.entries.indices.contains(position)
        else { return TCXComparison() }
        return TCXComparison(title, before: recorded, at: was, now: list, at: position)
    }

    /// From its pin; where somebody removed that, by id for as long as it is loaded; `nil` when the kernel has freed it.
    func legacyProgram(_ id: UInt32) throws(KernelError) -> BPFProgram? {
        do throws(KernelError) {
            let program = try BPFProgram(pin: pins.legacyPath(index))
            guard program.record.id == id else {
                throw KernelError.refused(
                    "open", pins.legacyPath(index), "it holds program \(program.record.id), not \(id)")
            }
            return program
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
        }
        do throws(KernelError) {
            return try BPFProgram(id: id)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return nil
        }
    }

    /// The hook as it is in a committed or finalized run: does it hold ours?
    func reading() -> HookReading {
        guard let namespace else {
            return HookReading(standing: .vanished, program: nil, line: "\(title): its network namespace was not found")
        }
        do throws(KernelError) {
            guard try exists(in: namespace) else {
                return HookReading(standing: .vanished, program: nil, line: "\(title): the interface is gone")
            }
            guard let found = try current(in: namespace) else {
                return HookReading(standing: .others, program: nil, line: "\(title): nothing is there any more")
            }
            let id = found.program?.id ?? 0
            let isOurs = id != 0 && (id == hook.replacementID || id == hook.plainID)
            return HookReading(
                standing: isOurs ? .ours : .others, program: found.program,
                line: isOurs ? nil : "\(title): holds program \(id), which is not ours")
        } catch {
            return HookReading(standing: .unknown, program: nil, line: "\(title): \(error)")
        }
    }
}
