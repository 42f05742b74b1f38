/// Many things alike, of which the first few are shown and the others counted.
///
/// A node has a hook for every pod; a few are all read, of many nobody reads one by one.
enum Few {
    /// As many as are shown whole.
    static let limit = 8
    /// Of more than that, so many.
    static let first = 3

    struct Group<Element> {
        var shown: [Element]
        /// How many are not shown.
        var more: Int
    }

    /// In the order of each group's first element.
    static func grouped<Element, Key: Hashable>(_ elements: [Element], by key: (Element) -> Key) -> [Group<Element>] {
        var order: [Key] = []
        var groups: [Key: [Element]] = [:]
        for element in elements {
            let name = key(element)
            if groups[name] == nil { order.append(name) }
            groups[name, default: []].append(element)
        }
        return order.map { name in
            let all = groups[name] ?? []
            return all.count > limit
                ? Group(shown: Array(all.prefix(first)), more: all.count - first) : Group(shown: all, more: 0)
        }
    }
}
