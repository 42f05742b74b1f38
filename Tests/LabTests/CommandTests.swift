import Testing

@testable import Lab

@Suite struct CommandTests {
    @Test func `both outputs and the status are kept`() throws {
        let result = try Command.run(["sh", "-c", "echo out; echo err >&2; exit 5"])
        #expect(result.stdout == "out\n" && result.stderr == "err\n" && result.status == 5)
        let error = #expect(throws: LabError.self) { try result.mustSucceed() }
        #expect(error?.facts == ["exit status 5", "err"])
    }

    @Test func `much input and output do not block each other`() throws {
        let text = String(repeating: "0123456789abcdef\n", count: 100_000)
        #expect(try Command.run(["cat"], input: text).stdout == text)
    }

    @Test func `an end by signal is 128 and more`() throws {
        #expect(try Command.run(["sh", "-c", "kill -9 $$"]).status == 137)
    }

    @Test func `a command that takes too long is ended`() {
        let error = #expect(throws: LabError.self) { try Command.run(["sleep", "30"], seconds: 1) }
        #expect(error?.code == .commandFailed)
    }

    @Test func `PATH comes first`() throws {
        let own = try Command.run(["sh", "-c", "command -v ls"]).stdout
        #expect(try Spawn.locate("ls") + "\n" == own)
    }

    @Test func `a program that is not there is named`() {
        let error = #expect(throws: LabError.self) { try Command.run(["no-such-program"]) }
        #expect(error?.what == "find no-such-program")
    }
}
