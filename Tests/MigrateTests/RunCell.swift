import Foundation
import Glibc
import Model
import Testing

@testable import Lab

/// The cell of a run, read with an operator's tools: no program of ours has a part in it.
extension Node {
    /// The one run that has pins.
    func pinnedRun() throws -> String {
        let runs = try sh("ls /sys/fs/bpf/migrate").split(separator: "\n")
        #expect(runs.count == 1, "\(runs)")
        return String(try #require(runs.first))
    }

    /// As it was written last: past the deadline it is open until the timer, or somebody who asks, writes the expiry.
    func cellState(_ run: String) throws -> CellState? {
        struct Entry: Decodable { var value: [String] }
        let text = try sh("bpftool -j map lookup pinned /sys/fs/bpf/migrate/\(run)/cell key 0 0 0 0")
        let entry = try JSONDecoder().decode(Entry.self, from: Data(text.utf8))
        guard let low = entry.value.first.flatMap({ UInt8($0.dropFirst(2), radix: 16) }) else { return nil }
        return CellState(rawValue: low & 0xf)
    }

    /// Waits until the timer has written the expiry. Seconds since `begun`, by this process's clock.
    func secondsUntilExpired(_ run: String, since begun: UInt64) throws -> Double {
        for _ in 0..<400 {
            if try cellState(run) == .expired { return Double(Clock.now() - begun) / 1e9 }
            usleep(50_000)
        }
        Issue.record("run \(run) did not expire")
        return .infinity
    }

    /// Descriptors of its cell, its record, its control program or the switch in the proxy's slot, of any process.
    func holders(ofRun run: String) throws -> String {
        try sh(
            """
            cd /sys/fs/bpf/migrate/\(run)
            maps=$(for map in cell record slot_0; do bpftool -j map show pinned $PWD/$map | jq .id; done | paste -sd'|')
            programs=$({ bpftool -j prog show pinned $PWD/control | jq .id; echo \(try slot().program); } | paste -sd'|')
            grep -lsE "^(map_id:\\s*($maps)|prog_id:\\s*($programs))$" /proc/[0-9]*/fdinfo/* || true
            """)
    }
}
