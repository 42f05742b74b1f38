import Glibc
import Lab
import Testing

extension LabNode {
    /// Runs `body` while packets flow: none may be lost, doubled or overtaken. Prints how many there were.
    public func underTraffic(
        _ what: String, to pods: [String] = ["pod1"], rate: Int = 500, _ body: () throws -> Void
    ) throws {
        let traffic = try Traffic.start(in: self, TrafficOptions(pods: pods, rate: rate, seconds: 600))
        do {
            for _ in 0..<500 where traffic.receivedSoFar < 100 { usleep(10_000) }
            try body()
        } catch {
            _ = traffic.stop()
            throw error
        }
        let ledger = traffic.stop()
        #expect(ledger.isClean, "\(what): \(ledger)")
        print("\(what): \(ledger.sent) packets in \(ledger.milliseconds) ms, \(ledger.lost) lost")
    }
}
