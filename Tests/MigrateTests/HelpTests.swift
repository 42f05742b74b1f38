import Foundation
import Model
import TestSupport
import Testing

@testable import Lab

/// What the programs say of themselves; needs no root.
@Suite struct Help {
    /// One subcommand as the parser describes it.
    struct Verb: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable { var name: String }
            var names: [Name]?
            var abstract: String?
            var shouldDisplay: Bool
        }
        var commandName: String
        var abstract: String?
        var subcommands: [Verb]?
        var arguments: [Argument]?
        var shouldDisplay: Bool
    }

    private static func verbs(of program: String) throws -> [Verb] {
        struct Dump: Decodable { var command: Verb }
        let dump = try Command.run([program, "--experimental-dump-help"]).mustSucceed().stdout
        let all = try JSONDecoder().decode(Dump.self, from: Data(dump.utf8)).command.subcommands ?? []
        return all.filter { $0.shouldDisplay && $0.commandName != "help" }
    }

    private func expectHelp(_ program: String, _ path: [String], _ verb: Verb) throws {
        let abstract = verb.abstract ?? ""
        #expect(abstract.hasSuffix(".") && abstract.count > 10, "\(path): \(abstract)")
        let help = try Command.run([program] + path + ["--help"])
        #expect(help.status == 0 && help.stderr.isEmpty, "\(help)")
        #expect(help.stdout.hasPrefix("OVERVIEW: \(abstract.prefix(40))") && help.stdout.contains("USAGE:"), "\(help)")
        for argument in verb.arguments ?? [] where argument.shouldDisplay {
            #expect(argument.abstract?.isEmpty == false, "\(path) \(argument.names?.map(\.name) ?? []) says nothing")
        }
        for child in verb.subcommands ?? [] where child.commandName != "help" {
            try expectHelp(program, path + [child.commandName], child)
        }
    }

    @Test func `every verb has help with an abstract, and so has every option`() throws {
        let verbs = try Self.verbs(of: Programs.migrate)
        let expected: Set = [
            "preflight", "discover", "plan", "show", "diff", "status", "history", "report", "explain", "audit", "apply",
            "shadow", "confirm", "extend", "rollback", "abort", "finalize", "resume", "watch",
        ]
        #expect(expected.subtracting(verbs.map(\.commandName)) == [])
        for verb in verbs {
            try expectHelp(Programs.migrate, [verb.commandName], verb)
            let help = try Command.run([Programs.migrate, verb.commandName, "--help"]).stdout
            #expect(help.contains("Example:  migrate \(verb.commandName)"), "\(help)")
        }
        let top = try Command.run([Programs.migrate, "--help"])
        let said = top.stdout.lowercased()
        #expect(top.status == 0 && said.contains("looking") && said.contains("changing"), "\(top)")
    }

    @Test func `so have the lab's`() throws {
        for verb in try Self.verbs(of: Programs.lab) { try expectHelp(Programs.lab, [verb.commandName], verb) }
    }

    @Test(.requires(.python3)) func `every verb has a manual page`() throws {
        let directory = "/tmp/migrate-man-\(String(UInt32.random(in: .min ... .max), radix: 16))"
        defer { _ = try? Command.run(["rm", "-r", directory]) }
        try Command.run([try Programs.root + "/scripts/package/man", Programs.migrate, directory]).mustSucceed()
        func names(_ verb: Verb, _ path: String) -> [String] {
            let below = (verb.subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
            return ["\(path).8"] + below.flatMap { names($0, "\(path)-\($0.commandName)") }
        }
        let verbs = try Self.verbs(of: Programs.migrate).flatMap { names($0, "migrate-\($0.commandName)") }
        let pages = try FileList.names(in: directory)
        #expect(Set(pages) == Set(verbs + ["migrate.8"]) && pages.count > 20)
        for page in pages {
            let text = try String(contentsOfFile: "\(directory)/\(page)", encoding: .utf8)
            for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "SEE ALSO"] {
                #expect(text.contains("\n.SH \(section)\n"), "\(page) has no \(section)")
            }
        }
        let whole = try String(contentsOfFile: "\(directory)/migrate.8", encoding: .utf8)
        // From the two tables that it is made of.
        #expect(whole.contains("\\fB23\\fR") && whole.contains("\\fBMIGRATE_MEMBERSHIP\\fR"))
    }

    @Test func `README names every verb`() throws {
        let path = try Programs.root + "/README.md"
        guard let readme = try? String(contentsOfFile: path, encoding: .utf8) else {
            try Test.cancel("there is no README.md yet")
        }
        for verb in try Self.verbs(of: Programs.migrate) {
            let isNamed = readme.contains("migrate \(verb.commandName)") || readme.contains("`\(verb.commandName)`")
            #expect(isNamed, "\(verb.commandName)")
        }
    }

    /// The table of settings is complete: each of the names that are known, and no other.
    @Test func `README lists every setting`() throws {
        let root = try Programs.root
        let readme = try String(contentsOfFile: root + "/README.md", encoding: .utf8)
        let listed = readme.matches(of: #/\| `--([a-z-]+)` \| `(MIGRATE_[A-Z_]+)` \| `([a-z-]+)` \|/#)
        for row in listed {
            #expect(row.1 == row.3 && row.2 == "MIGRATE_" + row.1.uppercased().replacing("-", with: "_"))
        }
        let known = try String(contentsOfFile: root + "/Sources/Migrate/Shared/Settings.swift", encoding: .utf8)
        let keys = try #require(known.firstMatch(of: #/static let keys =([^=]+?)\n    \/\/\//#)).1
        #expect(listed.map { String($0.1) } == keys.matches(of: #/"([a-z-]+)"/#).map { String($0.1) })
    }

    @Test func `--version names the replacement object`() throws {
        let version = try Command.run([Programs.migrate, "--version"]).mustSucceed().stdout
        #expect(version.firstMatch(of: #/^migrate [0-9]+\.[0-9]+\.[0-9]+/#) != nil, "\(version)")
        #expect(version.firstMatch(of: #/sha256:[0-9a-f]{64}/#) != nil, "\(version)")
    }

    @Test func `explain knows every code`() throws {
        for code in Code.all {
            let result = try Command.run(["env", "-i", Programs.migrate, "explain", code.text, "-o", "json"])
                .mustSucceed()
            let shape = try DocumentShape(result.stdout)
            #expect(shape.text("code") == code.text && shape.number("exit") == Int(code.exit.rawValue))
            #expect((shape.text("explanation") ?? "").count > 10)
        }
        let lower = try Command.run([Programs.migrate, "explain", "mig1101"]).mustSucceed()
        #expect(lower.stdout.hasPrefix("MIG1101"))
        let digits = try Command.run([Programs.migrate, "explain", "1301"]).mustSucceed()
        #expect(digits.stdout.hasPrefix("MIG1301"))
        for code in ["999", "MIG0", "MIGx"] {
            let unknown = try Command.run(["env", "-i", Programs.migrate, "explain", code])
            #expect(unknown.status == 64 && unknown.stderr.contains("[MIG1602]"), "\(unknown)")
        }
    }

    @Test(arguments: [
        ("10.9.0.400", "no IPv4 or IPv6 address"), ("10.9.0.0/24", "a network"), ("fd00::/64", "a network"),
        ("pod1.example.org", "names are not looked up"), ("fe80::1%eth0", "one link only"), ("10.9", "no IPv4"),
        ("fd00::1::2", "no IPv4"), ("", "no IPv4"), ("pod1", "neither a code nor an address"),
    ])
    func `explain says what is wrong with what is no address`(subject: String, said: String) throws {
        let result = try Command.run(["env", "-i", Programs.migrate, "explain", subject])
        #expect(result.status == 64 && result.stdout.isEmpty, "\(result)")
        #expect(result.stderr.contains("[MIG1016]") && result.stderr.contains(said), "\(result)")
        #expect(result.stderr.contains("migrate explain "), "\(result)")
    }
}
