import TestSupport

@testable import Kernel

/// Damage to bytes, the same in every run.
enum Mutation {
    /// Bit flips, bytes where parsers break, pieces cut out, copied or put elsewhere, the end cut off.
    static func apply(to original: [UInt8], _ numbers: inout Numbers) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &numbers) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &numbers)
            switch Int.random(in: 0..<7, using: &numbers) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            case 1: bytes[at] = [0, 1, 3, 4, 5, 8, 0x7f, 0x80, 0xff].randomElement(using: &numbers) ?? 0
            case 2: bytes[at] = UInt8.random(in: 0...255, using: &numbers)
            case 3: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &numbers))
            // Netlink's words are four bytes: a length that lies, an attribute that is repeated or missing.
            case 4: lie(in: &bytes, at: at & ~3, &numbers)
            case 5: bytes.insert(contentsOf: piece(of: original, &numbers), at: at & ~3)
            default: bytes.removeSubrange((at & ~3)..<min(bytes.count, (at & ~3) + 4))
            }
        }
        return bytes
    }

    private static func lie(in bytes: inout [UInt8], at: Int, _ numbers: inout Numbers) {
        guard at + 1 < bytes.count else { return }
        let length = UInt16([0, 1, 3, 4, 5, 7, 8, 12, 16, 20, 255, 4096, 65535].randomElement(using: &numbers) ?? 0)
        bytes[at] = UInt8(length & 0xff)
        bytes[at + 1] = UInt8(length >> 8)
    }

    private static func piece(of bytes: [UInt8], _ numbers: inout Numbers) -> ArraySlice<UInt8> {
        let start = Int.random(in: 0..<bytes.count, using: &numbers) & ~3
        return bytes[start..<min(bytes.count, start + 4 * Int.random(in: 1...16, using: &numbers))]
    }

    static func noise(_ numbers: inout Numbers) -> [UInt8] {
        (0..<Int.random(in: 0...300, using: &numbers)).map { _ in UInt8.random(in: 0...255, using: &numbers) }
    }
}

/// A message's attributes as a tree of two levels, to be changed one at a time with every length true.
struct AttributeTree {
    struct Node {
        var type: UInt16
        var value: [UInt8]
    }
    var header: [UInt8]
    var nodes: [Node]

    init(_ payload: [UInt8], header count: Int) {
        header = Array(payload.prefix(count))
        nodes = Self.nodes(Array(payload.dropFirst(count)))
    }

    var bytes: [UInt8] { header + Self.encoded(nodes) }

    static func nodes(_ bytes: [UInt8]) -> [Node] {
        var nodes: [Node] = []
        var at = 0
        while at + 4 <= bytes.count {
            let length = Int(bytes[at]) | Int(bytes[at + 1]) << 8
            nodes.append(
                Node(
                    type: UInt16(bytes[at + 2]) | UInt16(bytes[at + 3]) << 8, value: Array(bytes[at + 4..<at + length]))
            )
            at += (length + 3) & ~3
        }
        return nodes
    }

    static func encoded(_ nodes: [Node]) -> [UInt8] {
        var bytes: [UInt8] = []
        for node in nodes {
            bytes += UInt16(node.value.count + 4).hostBytes
            bytes += node.type.hostBytes
            bytes += node.value
            while bytes.count % 4 != 0 { bytes.append(0) }
        }
        return bytes
    }

    /// The same message with one attribute changed.
    func with(_ index: Int, _ change: (inout Node) -> Void) -> AttributeTree {
        var copy = self
        change(&copy.nodes[index])
        return copy
    }
}
