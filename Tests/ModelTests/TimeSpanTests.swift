import Model
import Testing

@Suite struct TimeSpanTests {
    @Test(arguments: [
        ("1s", 1), ("90s", 90), ("10m", 600), ("1h30m", 5400), ("1h30m5s", 5405), ("30d", 2_592_000), ("0h1s", 1),
        ("720h", 2_592_000), ("2d12h", 216_000),
    ])
    func `spans of time`(text: String, seconds: Int) throws {
        #expect(try TimeSpan(text).seconds == seconds)
    }

    @Test(arguments: [
        "", "10", "m", "10 m", " 10m", "10m ", "-5m", "+5m", "1.5h", "5m5m", "5s10m", "1w", "10M", "١m", "none", "10ms",
        "forever", "1h 30m", "0x10s",
    ])
    func `what is none`(text: String) {
        #expect(throws: TimeSpan.Fault.form) { try TimeSpan(text) }
    }

    @Test(arguments: [
        ("0s", TimeSpan.Fault.tooShort), ("0d0h0m0s", .tooShort), ("31d", .tooLong), ("30d1s", .tooLong),
        ("99999999999999999999s", .tooLong), ("999999999d", .tooLong),
    ])
    func `what is out of range`(text: String, fault: TimeSpan.Fault) {
        #expect(throws: fault) { try TimeSpan(text) }
    }

    @Test func `its text is read again`() throws {
        for seconds in [1, 59, 60, 61, 600, 3600, 5405, 86_400, 90_061, TimeSpan.longest] {
            #expect(try TimeSpan(TimeSpan(seconds: seconds).text).seconds == seconds)
        }
        #expect(TimeSpan(seconds: 0).text == "0s")
    }

    @Test func `a confirm window`() throws {
        #expect(try ConfirmWindow("none") == .none && ConfirmWindow.none.seconds == nil)
        #expect(try ConfirmWindow("90s").seconds == 90)
        #expect(ConfirmWindow.standard.seconds == 600 && ConfirmWindow.standard.text == "10m")
        #expect(throws: TimeSpan.Fault.form) { try ConfirmWindow("never") }
    }
}
