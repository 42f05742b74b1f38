import Testing

@testable import Kernel

@Suite struct RightsTests {
    @Test func `effective capabilities are read from the status of a process`() {
        let status = "Name:\tx\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000201000\nCapBnd:\t000001ffffffffff\n"
        #expect(Rights.effective(in: status) == 1 << 21 | 1 << 12)
        #expect(Rights.effective(in: "Name:\tx\n") == nil)
        #expect(Rights.effective() != nil)
    }
}
