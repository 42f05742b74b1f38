/// The first few of any number of elements, by a key: memory is bounded by how many are kept.
///
/// A heap with the greatest kept key at its root: most elements of a long row are turned away by one comparison.
public struct Smallest<Key: Comparable & Sendable, Element: Sendable>: Sendable {
    private let capacity: Int
    private var heap: [(key: Key, element: Element)] = []
    /// How many were offered.
    public private(set) var total = 0

    public init(_ capacity: Int) { self.capacity = max(0, capacity) }

    /// `element` is asked for only when it is kept.
    public mutating func offer(_ key: Key, _ element: @autoclosure () -> Element) {
        total += 1
        if heap.count < capacity {
            heap.append((key, element()))
            rise(heap.count - 1)
        } else if let greatest = heap.first, key < greatest.key {
            heap[0] = (key, element())
            sink(0)
        }
    }

    /// Those kept, in the order of their keys.
    public var elements: [Element] { heap.sorted { $0.key < $1.key }.map(\.element) }

    private mutating func rise(_ start: Int) {
        var index = start
        while index > 0, heap[(index - 1) / 2].key < heap[index].key {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var greatest = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && heap[greatest].key < heap[child].key { greatest = child }
            guard greatest != index else { return }
            heap.swapAt(index, greatest)
            index = greatest
        }
    }
}
