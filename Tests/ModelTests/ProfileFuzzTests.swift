import Model
import Testing

/// Profiles are written by hand: whatever stands in the file, it is a profile or an error that names a line.
@Suite struct ProfileFuzzTests {
    private static let yaml = Array(BuiltInProfiles.sources[0].yaml.utf8)

    private func damage(_ round: Int, _ numbers: inout Numbers) -> [UInt8] {
        var bytes = Self.yaml
        for _ in 0..<Int.random(in: 1...3, using: &numbers) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &numbers)
            switch Int.random(in: 0..<6, using: &numbers) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            case 1: bytes[at] = Array("{}[]:,&*!|>'\"%@`#-? \n\t".utf8).randomElement(using: &numbers) ?? 0
            case 2: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &numbers))
            case 3: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...30, using: &numbers)))
            case 4: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 25)], at: at)
            default: bytes.insert(contentsOf: Array("99999999999999999999".utf8), at: at)
            }
        }
        return bytes
    }

    @Test func `ten thousand damaged profiles: read, or an error with a line`() {
        var numbers = Numbers(state: 5)
        var read = 0, refused = 0
        for round in 0..<10_000 {
            let text = String(decoding: damage(round, &numbers), as: UTF8.self)
            do throws(ProfileError) {
                _ = try ProfileReader.profile(fromYAML: text, file: "p.yaml")
                read += 1
            } catch {
                refused += 1
                let lines = text.utf8.count { $0 == 10 } + 2
                #expect((1...lines).contains(error.line) && !error.message.isEmpty, "\(error)")
            }
        }
        #expect(read > 100 && refused > 5_000)
    }

    @Test(arguments: [
        String(repeating: "[", count: 200_000), String(repeating: "{a: ", count: 100_000),
        String(repeating: "- ", count: 100_000), "a: &a [*a]", "\0", "%YAML 9.9\n---\n", "name: !!binary x",
        "x: &a [1]\ny: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nz: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nw: [*c,*c,*c,*c,*c,*c,*c,*c]",
    ])
    func `what would exhaust a reader is refused`(text: String) {
        let error = #expect(throws: ProfileError.self) {
            try ProfileReader.profile(fromYAML: text, file: "p.yaml")
        }
        #expect(error.map { $0.line >= 1 } == true)
    }
}
