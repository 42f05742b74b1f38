// What must hold between fields.

extension ProfileReader {
    /// Two fields of a value cannot share bytes.
    func checkOverlap(_ value: Profile.ValueLayout) throws(ProfileError) {
        var fields: [(name: String, start: UInt64, end: UInt64)] = [
            ("ifindex_offset", UInt64(value.ifindexOffset), UInt64(value.ifindexOffset) + UInt64(value.ifindexWidth)),
            (
                "destination_mac_offset", UInt64(value.destinationMACOffset), UInt64(value.destinationMACOffset) + 6
            ),
        ]
        if let offset = value.sourceMACOffset {
            fields.append(("source_mac_offset", UInt64(offset), UInt64(offset) + 6))
        }
        for (index, field) in fields.enumerated() {
            for other in fields[..<index] where field.start < other.end && other.start < field.end {
                throw failure(
                    field.name,
                    "bytes \(field.start)–\(field.end - 1) are also \(other.name)'s (\(other.start)–\(other.end - 1))")
            }
        }
    }

    /// No map can be read by two layouts.
    func checkTwice(_ maps: [Profile.LegacyMap]) throws(ProfileError) {
        for (index, map) in maps.enumerated() where maps[..<index].contains(where: { Self.same($0, map) }) {
            throw failure("maps", "\(map.title) is named twice")
        }
    }

    private static func same(_ a: Profile.LegacyMap, _ b: Profile.LegacyMap) -> Bool {
        if let name = a.name { return name == b.name }
        guard let one = a.pin, let other = b.pin else { return false }
        return one == other || PinPattern(one).matches(other) || PinPattern(other).matches(one)
    }
}
