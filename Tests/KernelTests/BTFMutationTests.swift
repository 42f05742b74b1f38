import Model
import Testing

@testable import Kernel

/// SplitMix64: the same numbers on every machine and in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}

@Suite struct BTFMutationTests {
    /// Reads all there is; says how many layouts came out.
    private func readAll(_ bytes: [UInt8]) -> Int? {
        guard let btf = try? BTF(bytes) else { return nil }
        var layouts = 0
        for id in 0...UInt32(btf.typeCount + 1) {
            guard let layout = try? btf.layout(of: id) else { continue }
            layouts += 1
            // Neither may what comes out lie outside the bytes.
            for member in layout.members where UInt64(member.offset) + UInt64(member.size) > UInt64(layout.size) {
                Issue.record("\(member.path) ends behind its type")
            }
            if layout.size <= 4096 { _ = layout.decode([UInt8](repeating: 0xff, count: Int(layout.size))) }
        }
        return layouts
    }

    @Test(.timeLimit(.minutes(2))) func `10,000 mutated and random blobs are read or refused`() {
        var random = SeededGenerator(state: 20_261_122)
        let base = BTFBlob.ofEveryKind()
        var read = 0, refused = 0
        for round in 0..<10_000 {
            var bytes = base
            if round % 10 == 9 {
                bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in .random(in: 0...255, using: &random) }
                // Random bytes rarely get past the header: half of them are given a good one.
                if round % 20 == 19 { bytes = Array(base.prefix(24)) + bytes }
            } else {
                for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&bytes, &random) }
            }
            if readAll(bytes) == nil { refused += 1 } else { read += 1 }
        }
        // Both happen, or the mutations would show nothing.
        #expect(read > 500 && refused > 500, "\(read) read, \(refused) refused")
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0: bytes[place] = .random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.removeLast(min(bytes.count, Int.random(in: 1...16, using: &random)))
        case 3, 7, 8:
            // A whole word, where types and sizes stand: small numbers are ids that exist.
            let word = place & ~3
            guard word + 4 <= bytes.count else { return }
            bytes.replaceSubrange(word..<word + 4, with: UInt32.random(in: 0..<40, using: &random).hostBytes)
        case 4:
            let word = place & ~3
            guard word + 4 <= bytes.count else { return }
            bytes.replaceSubrange(word..<word + 4, with: UInt32.random(in: .min ... .max, using: &random).hostBytes)
        case 5: bytes.insert(contentsOf: bytes.prefix(place).suffix(12), at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 4))
        }
    }
}
