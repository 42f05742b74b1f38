import Model
import ModelSamples
import Testing

/// A plan is evidence of what was approved: whatever happens to the file, it is that plan or it is refused.
@Suite struct PlanFuzzTests {
    @Test(arguments: ["9223372036854775808", "18446744073709551616", "-1", "0.5"])
    func `a number that does not fit is called one`(number: String) throws {
        let text = try JSON.pretty(Sample.plan().sealed())
        let edited = text.replacing(/"key_size" : \d+/, with: "\"key_size\" : \(number)", maxReplacements: 1)
        #expect(edited != text)
        let error = #expect(throws: MigrateError.self) { try PlanDocument.read(Array(edited.utf8), named: "plan.json") }
        #expect(error?.code == .unreadablePlan && error?.facts.first?.contains("does not fit its field") == true)
    }

    @Test func `a damaged plan is refused with 65, or says what was approved`() throws {
        let plan = try Sample.plan().sealed()
        let text = Array(try JSON.pretty(plan).utf8)
        let whole = try JSON.canonical(PlanDocument.read(text, named: "plan.json"))
        var numbers = Numbers(state: 11)
        var refused = 0
        for round in 0..<2_000 {
            var bytes = text
            let at = Int.random(in: 0..<bytes.count, using: &numbers)
            switch round % 5 {
            case 0, 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            case 2: bytes = Array(bytes.prefix(at))
            case 3: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &numbers)))
            default:
                let piece = bytes[at..<min(bytes.count, at + 20)]
                bytes.insert(contentsOf: piece, at: Int.random(in: 0..<bytes.count, using: &numbers))
            }
            do throws(MigrateError) {
                let read = try PlanDocument.read(bytes, named: "plan.json")
                do { #expect(try JSON.canonical(read) == whole) } catch { Issue.record(error) }
            } catch {
                refused += 1
                #expect(error.code.exit == .badInput && error.what.contains("plan.json"))
            }
        }
        #expect(refused > 1_500)
    }

    @Test(arguments: ["", "[", "{}", "null", "\u{FEFF}", String(repeating: "[", count: 100_000)])
    func `what is no document is refused`(text: String) throws {
        let error = #expect(throws: MigrateError.self) {
            try PlanDocument.read(Array(text.utf8), named: "plan.json")
        }
        #expect(error?.code == .unreadablePlan)
    }
}

/// A generator that gives the same numbers in every run (SplitMix64).
struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
