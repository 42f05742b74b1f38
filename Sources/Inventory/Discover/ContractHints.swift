import Kernel
import Model

/// What the instructions of the legacy programs show of their contract: which packets' metadata a hit sets.
struct ContractHints {
    private(set) var mark: UInt32?
    private(set) var controlBlock: Profile.ControlBlock?
    /// Comment lines for the profile.
    private(set) var notes: [String] = []

    private static let fields = "(control_block: {index: N, value: N}, mark: N)"

    /// Reads the programs; what cannot be read is said in the notes.
    static func read(programs: Set<UInt32>) -> ContractHints {
        let unseen = "whether a hit sets skb->cb or skb->mark \(fields)"
        guard !programs.isEmpty else { return ContractHints(notes: ["not visible from outside: \(unseen)"]) }
        do throws(KernelError) {
            var reader = BTFReader()
            let offsets = try ContextWrites.Offsets(try reader.kernelTypes())
            var all = ContextWrites()
            for id in programs.sorted() {
                all.merge(ContextWrites(try BPFProgram(id: id).instructions(), offsets))
            }
            return ContractHints(all)
        } catch {
            return ContractHints(notes: [
                "could not be read from the program's instructions (\(error)):",
                "\(unseen); check against the program's source",
            ])
        }
    }

    private init(notes: [String]) { self.notes = notes }

    /// Pure.
    init(_ writes: ContextWrites) {
        if let only = writes.marks.first, writes.marks.count == 1, let value = only {
            mark = value
            notes.append("mark: stored by the program's instructions, and no other value is")
        } else if !writes.marks.isEmpty {
            notes.append("the program stores to skb->mark, and which value on a hit cannot be told: set mark: N")
        }
        let words = writes.controlBlocks.sorted { $0.key < $1.key }
        if let only = words.first, words.count == 1, only.value.count == 1, let stored = only.value.first,
            let value = stored
        {
            controlBlock = .init(index: only.key, value: value)
            notes.append("control_block: stored by the program's instructions, and nothing else is stored to skb->cb")
        } else if !words.isEmpty {
            let indexes = words.map { String($0.key) }.joined(separator: ", ")
            notes.append(
                "the program stores to skb->cb (\(indexes)), and what on a hit cannot be told: set control_block")
        }
        if writes.marks.isEmpty && words.isEmpty {
            notes.append("the program's instructions store neither to skb->cb nor to skb->mark")
        }
        notes.append(
            "not visible from outside: what a miss returns (on_miss); check all of it against the program's source")
    }
}
