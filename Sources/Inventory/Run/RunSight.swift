import Kernel
import Model

/// What the pins of a run say at this moment: which program packets take, and whether `finalize` was begun.
public struct RunSight: Sendable {
    public var cell: CellReading
    public var isFinalizing: Bool
    public var fallForward = FallForward.none
    /// Whether the control program is where the run's pins are.
    public var hasControl = true

    /// Only reads. A run that was over before says nothing more.
    public init(_ run: RunRecord) {
        (cell, isFinalizing) = (.none, false)
        guard run.bootID == Host.bootID(), run.state.isOpen || run.state == .committed else { return }
        if run.cut == .switch { cell = Self.cell(run) }
        if cell == .none, Self.isOver(run) { cell = .over }
        isFinalizing = Self.isFinalizing(run)
        guard let sight = cell.sight else { return }
        let pins = RunPinNames(run.pinDirectory)
        hasControl = pins.has(PinName.control)
        fallForward = pins.fallForward(run.hooks.compactMap(\.replacement?.id), whileCellIs: sight.effectiveState)
    }

    private static func cell(_ run: RunRecord) -> CellReading {
        do throws(KernelError) {
            return .seen(try Cell(pin: "\(run.pinDirectory)/\(PinName.cell)").sight())
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { return .unreadable("\(error)") }
        }
        return unpinned(run)
    }

    /// Somebody removed the pin: the switches still go by the cell, and know which it is.
    private static func unpinned(_ run: RunRecord) -> CellReading {
        for id in Set(run.hooks.compactMap(\.replacement?.id)).sorted() {
            guard let program = try? BPFProgram(id: id).record else { continue }
            for map in program.mapIDs {
                guard let opened = try? BPFMap(id: map), opened.record.name == Cell.name else { continue }
                do throws(KernelError) { return .seen(try Cell(opened).sight()) } catch {
                    return .unreadable("\(error)")
                }
            }
        }
        return .none
    }

    /// Of a run whose hooks held switches: taken back by hand, or by a rollback that could not tell the journal.
    private static func isOver(_ run: RunRecord) -> Bool {
        let ours = run.hooks.flatMap { [$0.replacement?.id, $0.plain?.id] }.compactMap { $0 }
        guard run.cut == .switch, run.state != .installing, !ours.isEmpty else { return false }
        return !ours.contains(where: BPFProgram.exists) && DirectoryListing.names(in: run.pinDirectory).isEmpty
    }

    /// By the record's phase (docs/pins.md), or, when that pin has gone as the last one, by our programs: the plain ones
    /// are loaded and no switch is any more.
    private static func isFinalizing(_ run: RunRecord) -> Bool {
        do throws(KernelError) {
            let record = try BPFMap(pin: "\(run.pinDirectory)/\(PinName.record)")
            guard let header = try record.value(of: [0, 0, 0, 0]), header.count > 20 else { return false }
            return header[20] == 1
        } catch {
            guard error.errno == .noSuchFileOrDirectory, run.state == .committed else { return false }
            let plains = run.hooks.compactMap(\.plain?.id), switches = run.hooks.compactMap(\.replacement?.id)
            return !plains.isEmpty && plains.allSatisfy(BPFProgram.exists)
                && !switches.contains(where: BPFProgram.exists)
        }
    }
}

extension RunOutlook {
    /// On this machine, at this moment.
    ///
    /// - Parameter again: the command that makes a new plan.
    public static func now(_ run: RunRecord, again: String) -> RunOutlook {
        let sight = RunSight(run)
        return RunOutlook(run, sight, again: again)
    }

    /// As the pins were found.
    public init(_ run: RunRecord, _ sight: RunSight, again: String) {
        self.init(
            run, cell: sight.cell, isFinalizing: sight.isFinalizing, fallForward: sight.fallForward,
            hasControl: sight.hasControl, bootID: Host.bootID(), node: Host.nodeName(), again: again)
    }
}
