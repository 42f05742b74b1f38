import FoundationEssentials
import Model
import Testing

/// The catalogue beside the program: every code that is thrown is in it, and every one in it can be thrown.
@Suite struct CodeUseTests {
    /// A code as the catalogue's files have it.
    struct Entry {
        var name: String
        var number: Int
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func files(below directory: String) throws -> [(path: String, text: String)] {
        let base = root.appending(path: directory).path
        return try FileManager.default.subpathsOfDirectory(atPath: base).filter { $0.hasSuffix(".swift") }.map {
            ($0, try String(contentsOfFile: base + "/" + $0, encoding: .utf8))
        }
    }

    private static func isCatalogue(_ path: String) -> Bool {
        path.contains(#/Model/Documents/Codes?(\+\w+)?\.swift$/#)
    }

    private static func catalogue() throws -> [Entry] {
        try files(below: "Sources").filter { isCatalogue($0.path) }.flatMap { file in
            file.text.matches(of: #/static let (\w+) = Code\(\s*(\d{4}),/#).map {
                Entry(name: String($0.1), number: Int($0.2) ?? 0)
            }
        }
    }

    /// Without comments: who only speaks of a code does not throw it.
    private static func program() throws -> String {
        try files(below: "Sources").filter { !isCatalogue($0.path) }.map { file in
            file.text.split(separator: "\n").filter { !$0.drop(while: \.isWhitespace).hasPrefix("//") }
                .joined(separator: "\n")
        }.joined(separator: "\n")
    }

    /// Every name behind a full stop.
    private static func names(in text: String) -> Set<String> {
        Set(text.matches(of: #/\.([a-z]\w+)/#).map { String($0.1) })
    }

    @Test func `what is declared is listed, and declared nowhere else`() throws {
        let entries = try Self.catalogue()
        #expect(entries.map(\.number).sorted() == Code.all.map(\.number))
        let elsewhere = try Self.files(below: "Sources").filter {
            !Self.isCatalogue($0.path) && $0.text.contains(#/\bCode\(\s*\d{4}/#)
        }
        #expect(elsewhere.map(\.path) == [])
    }

    @Test func `every code can be thrown or told`() throws {
        let names = Self.names(in: try Self.program())
        let unused = try Self.catalogue().filter { !names.contains($0.name) }
        #expect(unused.map(\.name) == [])
    }

    /// In messages, manuals and examples.
    @Test func `numbers that are written out are in the catalogue`() throws {
        let known = Set(Code.all.map(\.text))
        for directory in ["Sources", "docs", "README.md", "packaging", "bpf"] {
            let base = Self.root.appending(path: directory).path
            let below = try? FileManager.default.subpathsOfDirectory(atPath: base)
            let paths = below.map { $0.map { base + "/" + $0 } } ?? [base]
            for path in paths {
                guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
                let unknown = Set(text.matches(of: #/MIG\d{4}/#).map { String($0.0) }).subtracting(known)
                #expect(unknown.isEmpty, "\(path): \(unknown)")
            }
        }
    }

    /// Of codes that no test has met by name, why not.
    private static let unmet = [
        "afterDecision": "the fault tables lose the journal behind the flip, and look at exit, document and kernel",
        "shadowNotKept": "the fault tables fill the disk under a shadow, and look at exit and kernel",
        "healthNotKept": "the fault tables lose the record of a check, and look at the words that tell of it",
        "healthNotAsked": "takes a database that can be read until the run is known, and no longer",
        "stillLoaded": "StillLoadedTests hold a program and read the proof; status says the same with the code",
        "cellUnread": "takes a pin that is there and cannot be opened",
        "equivalenceMapChanged": "takes a legacy program that writes its map through a helper that is listed as pure",
        "hookVanished": "takes an interface that goes between two system calls; CutVanishingTests see what follows",
        "kernelFeature": "takes a kernel without what 5.15 has",
        "noSwitch": "takes a kernel without bpf_timer",
        "withoutDeviceTest": "takes a kernel without bpf_rdonly_cast",
        "tailCallsTooDeep": "takes 33 programs in a row; the depth's count has tests of its own",
        "tooManyDenied": "takes more than 256 uplinks",
        "manyProfiles": "takes two deployments on one node",
        "notApproved": "takes a terminal",
        "shadowNotAttached": "takes a kernel that has tcx and refuses a link",
        "shadowUnfit": "takes a legacy program with two maps of one family",
        "eventsLost": "takes more notifications at once than eight megabytes hold; NetlinkDumpTests overrun a smaller socket",
        "shadowStays": "takes a slot that cannot be given back while a shadow is in it",
    ]

    @Test func `every code is met by a test, or it is said why not`() throws {
        let tests = try Self.files(below: "Tests").filter { !$0.path.hasSuffix("CodeUseTests.swift") }.map(\.text)
            .joined(separator: "\n")
        let names = Self.names(in: tests)
        let unmet = try Self.catalogue().filter { !names.contains($0.name) && !tests.contains("MIG\($0.number)") }
        #expect(Set(unmet.map(\.name)) == Set(Self.unmet.keys))
    }
}
