import Model
import Testing

@Suite struct TerminationMessageTests {
    @Test func `it is one line of JSON, of at most 4096 bytes`() throws {
        var message = TerminationMessage(exit: 10)
        message.planID = "p-3f9c"
        message.facts = ["MIG1301 1 destination would break"]
        let short = try message.text()
        #expect(try JSON.decode(TerminationMessage.self, from: Array(short.utf8)) == message && !short.contains("\n"))
        let worst = String(repeating: "\u{1}ä", count: 5000)
        var facts = message, texts = message
        facts.facts = Array(repeating: "éx", count: 3000)
        (texts.what, texts.changed, texts.remedy, texts.next) = (worst, worst, worst, worst)
        (texts.planID, texts.runID, texts.facts) = (worst, worst, [worst, worst])
        for long in [facts, texts] {
            let text = try long.text()
            #expect(text.utf8.count <= TerminationMessage.limit)
            let read = try JSON.decode(TerminationMessage.self, from: Array(text.utf8))
            #expect(read.exit == 10 && read.isCut == true && read.facts.count < long.facts.count)
        }
    }
}
