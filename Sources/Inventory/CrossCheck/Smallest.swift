/// The first few of any number of elements, by a key: memory is bounded by how many are kept.
///
/// A heap with the greatest kept key at its root: most elements of a long row are turned away by one comparison. The heap
/// moves numbers, and the elements stay where they are.
struct Smallest<Key: Comparable & Sendable, Element: Sendable>: Sendable {
    private let capacity: Int
    private var heap: [(key: Key, place: Int)] = []
    private var kept: [Element] = []
    /// How many were offered.
    private(set) var total = 0

    init(_ capacity: Int) { self.capacity = max(0, capacity) }

    /// Counts an element, and says whether it is to be inserted.
    mutating func admits(_ key: Key) -> Bool {
        total += 1
        if heap.count < capacity { return true }
        guard let greatest = heap.first else { return false }
        return key < greatest.key
    }

    /// Keeps an element that was admitted.
    mutating func insert(_ key: Key, _ element: Element) {
        if heap.count < capacity {
            kept.append(element)
            heap.append((key, heap.count))
            rise(heap.count - 1)
        } else {
            kept[heap[0].place] = element
            heap[0].key = key
            sink(0)
        }
    }

    /// `element` is asked for only when it is kept.
    mutating func offer(_ key: Key, _ element: @autoclosure () -> Element) {
        if admits(key) { insert(key, element()) }
    }

    /// Those kept, in the order of their keys.
    var elements: [Element] { heap.sorted { $0.key < $1.key }.map { kept[$0.place] } }

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
            let left = 2 * index + 1, right = left + 1
            if left < heap.count && heap[greatest].key < heap[left].key { greatest = left }
            if right < heap.count && heap[greatest].key < heap[right].key { greatest = right }
            guard greatest != index else { return }
            heap.swapAt(index, greatest)
            index = greatest
        }
    }
}
