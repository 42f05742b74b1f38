import Testing

@testable import Kernel

@Suite struct BuildIDTests {
    /// A header, one segment of notes, and in it another note before the one that is looked for.
    private func file(_ id: [UInt8]) -> [UInt8] {
        func little(_ value: Int, _ width: Int) -> [UInt8] {
            (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let notes =
            little(4, 4) + little(3, 4) + little(1, 4) + Array("GNU\0".utf8) + [1, 2, 3, 0]
            + little(4, 4) + little(id.count, 4) + little(3, 4) + Array("GNU\0".utf8) + id
        var bytes: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1] + Array(repeating: 0, count: 58)
        bytes.replaceSubrange(32..<40, with: little(64, 8))
        bytes.replaceSubrange(54..<58, with: little(56, 2) + little(1, 2))
        return bytes + little(4, 4) + little(4, 4) + little(120, 8) + little(0, 16) + little(notes.count, 8)
            + little(notes.count, 8) + little(4, 8) + notes
    }

    @Test func `the note is found behind others, and nothing where a file is cut`() {
        let whole = file([0xab, 0x01, 0xff, 0x00])
        #expect(BuildID.find(whole) == "ab01ff00")
        for length in 0..<whole.count { #expect(BuildID.find(Array(whole.prefix(length))) == nil) }
        #expect(BuildID.find([]) == nil)
        for place in whole.indices {
            var broken = whole
            broken[place] = 0xff
            _ = BuildID.find(broken)
        }
    }

    @Test func `the digest of a file is that of its bytes`() throws {
        #expect(FileDigest.sha256("/proc/self/exe")?.count == 64 && FileDigest.sha256("/nowhere") == nil)
        #expect(
            FileDigest.sha256("/dev/null") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }
}
