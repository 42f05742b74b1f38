extension Profile {
    /// What says that a pinned map stays, and why; `nil` where nothing does. Pins are read as ``PinPattern`` does.
    ///
    /// - Parameter pin: relative to the bpffs.
    public func keeps(pin: String) -> Kept? {
        keep.first { kept in kept.pin.map { !PinPattern($0).matches(among: [pin]).isEmpty } ?? false }
    }
}
