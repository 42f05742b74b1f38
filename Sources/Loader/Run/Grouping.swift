extension Array {
    /// Hands on what belongs together, in order, and puts the answers back into this array's order.
    ///
    /// - Parameter body: is given each key once, with its elements; returns one answer for each of them.
    func inGroups<Key: Hashable, Answer>(
        by key: (Element) -> Key, _ body: (Key, [Element]) -> [Answer]
    ) -> [Answer] {
        var places: [Key: [Int]] = [:]
        var order: [Key] = []
        for index in indices {
            let key = key(self[index])
            if places[key] == nil { order.append(key) }
            places[key, default: []].append(index)
        }
        var answers = [Answer?](repeating: nil, count: count)
        for key in order {
            let mine = places[key] ?? []
            for (index, answer) in zip(mine, body(key, mine.map { self[$0] })) { answers[index] = answer }
        }
        let all = answers.compactMap { $0 }
        precondition(all.count == count, "an element has no answer")
        return all
    }
}
