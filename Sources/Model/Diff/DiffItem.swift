/// One thing of a record, made comparable: what it is, and what is said of it.
public struct DiffItem: Sendable {
    /// A part of what a thing is. Numbers sort as numbers, addresses as addresses.
    public enum Part: Comparable, Hashable, Sendable {
        case number(UInt64)
        case address(IPAddress)
        case text(String)
    }

    /// What it is: two things with the same identity are the same thing.
    public var identity: [Part]
    public var title: String
    /// What is said of it; an attribute that is absent is not there.
    public var attributes: [String: String]

    /// - Parameter attributes: `nil` and empty values are left out.
    public init(_ identity: [Part], title: String, _ attributes: [(String, (any CustomStringConvertible)?)]) {
        self.identity = identity
        self.title = title
        var said: [String: String] = [:]
        for (name, value) in attributes {
            if let text = value?.description, !text.isEmpty { said[name] = text }
        }
        self.attributes = said
    }

    var thing: DiffGroup.Thing { .init(title: title, attributes: attributes) }

    func changes(to after: DiffItem) -> [DiffGroup.Attribute] {
        Set(attributes.keys).union(after.attributes.keys).sorted().compactMap { name in
            let before = attributes[name], now = after.attributes[name]
            return before == now ? nil : .init(name: name, before: before, after: now)
        }
    }
}

extension DiffGroup {
    /// Compares two lists whose order does not matter; what differs comes by identity.
    public static func compare(_ name: String, _ before: [DiffItem], _ after: [DiffItem]) -> DiffGroup {
        var group = DiffGroup(name: name)
        let before = indexed(before), after = indexed(after)
        let identities = Set(before.keys).union(after.keys).sorted { $0.lexicographicallyPrecedes($1) }
        for identity in identities {
            switch (before[identity], after[identity]) {
            case (let old?, nil): group.remove(old.thing)
            case (nil, let new?): group.add(new.thing)
            case (let old?, let new?):
                let changes = old.changes(to: new)
                if !changes.isEmpty { group.change(.init(title: new.title, attributes: changes)) }
            case (nil, nil): break
            }
        }
        return group
    }

    /// By identity. The kernel allows several rules of one priority, and routes that differ in what is not read: those are
    /// told apart by their number, in the order of what is said of them.
    private static func indexed(_ items: [DiffItem]) -> [[DiffItem.Part]: DiffItem] {
        var index: [[DiffItem.Part]: DiffItem] = [:]
        for (identity, alike) in Dictionary(grouping: items, by: \.identity) {
            let ordered = alike.count == 1 ? alike : alike.sorted { $0.order < $1.order }
            for (number, item) in ordered.enumerated() { index[identity + [.number(UInt64(number))]] = item }
        }
        return index
    }
}

extension DiffItem {
    fileprivate var order: String {
        attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
