/// What is to be done about a run that stands as it does: by `resume`, by the `apply` that waits, and by whichever changing
/// verb comes next. It follows from the kernel; the journal only says where the kernel has nothing of the run.
public enum RunDuty: Hashable, Sendable {
    /// It is over, or it is committed and the journal says so.
    case nothing
    /// Its confirm window is open.
    case wait
    /// It is committed, and the journal has not heard of it.
    case recordCommit
    /// Slots are to be given back; packets take the legacy programs, or will then.
    case takeBack(RunReason)
    /// A `finalize` was cut off after the point of no return.
    case finalize
    /// A reboot took it.
    case close
    /// Its cell is there and cannot be read: nobody knows what packets take.
    case unknown(String)

    /// - Parameter journal: what the journal says its state is.
    public init(_ outlook: RunOutlook, journal: RunState, cell: CellReading) {
        switch outlook.state {
        case .gone: self = journal == .gone ? .nothing : .close
        case .finalized, .rolledBack: self = .nothing
        case .committed:
            self = outlook.isFinalizing ? .finalize : journal == .committed ? .nothing : .recordCommit
        case .expired: self = .takeBack(outlook.reason ?? .deadline)
        case .provisional:
            switch cell {
            case .seen: self = .wait
            case .unreadable(let why): self = .unknown(why)
            // Its pins are gone, and so nothing can confirm it any more.
            case .none, .over: self = .takeBack(.failure)
            }
        case .installing, .shadow: self = .takeBack(outlook.reason ?? .failure)
        case .rollingBack, .residual, .mixed: self = .takeBack(outlook.reason ?? .operator)
        }
    }
}
