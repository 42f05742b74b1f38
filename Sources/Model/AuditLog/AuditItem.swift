/// A record with what is known of it.
struct AuditItem: Sendable {
    /// What it says of itself; `nil` for what is no record.
    var link: AuditLink?
    var sequence: Int
    var previous: String?
    var hash: String
    /// Whether the hash is that of the bytes.
    var isWhole: Bool
    /// Among the lines that were found, from 0.
    var position: Int
    var row: Int?

    /// Of one that was changed nothing is believed but the hash beside it: its place is in front of the record that names that.
    static func items(_ lines: [AuditLine]) -> [AuditItem] {
        var items = lines.enumerated().map { position, line in
            let link = line.link
            return AuditItem(
                link: link, sequence: link?.sequence ?? -1, previous: link?.previous, hash: line.hash,
                isWhole: link != nil && line.isWhole, position: position, row: line.row)
        }
        let named = Dictionary(
            items.lazy.filter(\.isWhole).compactMap { item in item.previous.map { ($0, item.sequence - 1) } }
        ) { first, _ in first }
        for index in items.indices where !items[index].isWhole {
            items[index].sequence = named[items[index].hash] ?? items[index].row ?? index
        }
        return items
    }
}
