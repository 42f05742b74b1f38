/// What was found where a run pins its cell.
public enum CellReading: Hashable, Sendable {
    /// There is none: the run replaced its hooks directly, is over, or somebody removed its pins.
    case none
    case seen(CellSight)
    /// With the reason; nothing is known of it.
    case unreadable(String)

    public var sight: CellSight? {
        guard case .seen(let sight) = self else { return nil }
        return sight
    }
}
