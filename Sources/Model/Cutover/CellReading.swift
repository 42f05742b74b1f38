/// What was found where a run pins its cell.
public enum CellReading: Hashable, Sendable {
    /// There is none: the run replaced its hooks directly, is over, or somebody removed its pins.
    case none
    /// Neither a pin of the run is left nor any program of it: it was taken back, and the journal was not told.
    case over
    case seen(CellSight)
    /// With the reason; nothing is known of it.
    case unreadable(String)

    public var sight: CellSight? {
        guard case .seen(let sight) = self else { return nil }
        return sight
    }
}
