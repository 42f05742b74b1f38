import Model

/// Maps that are one by their kind: the same name, sizes and types, and pins that one pattern stands for.
struct MapGroup {
    var looks: [MapLook]
    /// `nil` where the maps are not pinned, and are found by their name.
    var pin: PinPattern?

    var record: MapRecord { looks[0].record }
    var ids: Set<UInt32> { Set(looks.map(\.record.id)) }

    /// Of all maps in turn, so that a big one does not hide the others.
    var samples: [MapEntry] {
        guard looks.count > 1 else { return looks[0].samples }
        let each = max(1, MapLook.sampleLimit / looks.count)
        return looks.flatMap { $0.samples.prefix(each) }
    }

    /// Maps that are not pinned are not put with pinned ones: another program may have loaded the same object.
    static func make(_ looks: [MapLook]) -> [MapGroup] {
        struct Kind: Hashable {
            var name: String
            var type: UInt32
            var keySize: UInt32
            var valueSize: UInt32
            var layout: MapLayout?
            var isPinned: Bool
        }
        var kinds: [Kind: [MapLook]] = [:]
        var order: [Kind] = []
        for look in looks {
            let record = look.record
            let kind = Kind(
                name: record.name, type: record.type, keySize: record.keySize, valueSize: record.valueSize,
                layout: record.layout, isPinned: !look.pins.isEmpty)
            if kinds[kind] == nil { order.append(kind) }
            kinds[kind, default: []].append(look)
        }
        return order.flatMap { kind in
            let alike = kinds[kind] ?? []
            guard kind.isPinned else { return [MapGroup(looks: alike, pin: nil)] }
            if let pattern = PinPattern.common(alike.compactMap(\.pins.first)) {
                return [MapGroup(looks: alike, pin: pattern)]
            }
            return alike.map { MapGroup(looks: [$0], pin: $0.pins.first.map(PinPattern.init)) }
        }
    }
}
