import Model
import Testing

@Suite struct AuditChainTests {
    let log: [AuditLine]
    let head: AuditHead

    init() throws {
        log = try AuditSample.log(10)
        head = try #require(AuditSample.head(log))
    }

    /// What both forms, rows and lines, are said to suffer from.
    private func findings(_ lines: [AuditLine], _ expected: [AuditHead] = [], machine: String? = nil) -> [AuditFinding]
    {
        let rows = AuditChain(AuditSample.renumbered(lines)).judge(expecting: expected, machine: machine)
        let exported = AuditChain(AuditSample.withoutRows(lines)).judge(expecting: expected, machine: machine)
        #expect(rows == exported)
        return rows
    }

    @Test func `a log that was left alone is intact, and complete with its head`() throws {
        for count in 0...10 {
            let part = Array(log.prefix(count))
            #expect(findings(part, [AuditSample.head(part)].compactMap(\.self), machine: AuditSample.machine).isEmpty)
            #expect(AuditChain(part).count == count && AuditChain(part).head == AuditSample.head(part))
        }
        // Heads of every run that was printed, with and without the number.
        let heads = (0..<10).flatMap {
            [AuditHead(sequence: $0, hash: log[$0].hash), AuditHead(sequence: nil, hash: log[$0].hash)]
        }
        #expect(findings(log, heads).isEmpty)
    }

    @Test(arguments: 0..<10) func `an edited record is named, whatever was edited of it`(at index: Int) throws {
        for (old, new) in [
            ("as it was", "as I like"), ("\"sequence\":\(index)", "\"sequence\":77"), ("\"state\"", "\"result\""),
            ("\"genesis\"", "\"state\""), ("\"previous\":\"", "\"previous\":\"0"), ("{", "["), ("format_version", "x"),
            (AuditSample.machine, "ffffffffffffffffffffffffffffffff"),
        ] {
            var log = log
            log[index] = AuditSample.edited(log[index], old, new)
            guard log[index] != self.log[index] else { continue }
            #expect(findings(log) == [.edited(index)], "\(old)")
        }
        var log = log
        log[index].hash = String(repeating: "0", count: 64)
        #expect(findings(log) == [.edited(index)])
    }

    @Test func `a record whose hash was made to fit is named by the one after it`() throws {
        for index in 0..<9 {
            var log = log
            log[index] = AuditSample.hashedAnew(AuditSample.edited(log[index]))
            #expect(findings(log, [head]) == [.edited(index)])
        }
        // Also where it names another one before it.
        for index in 1..<9 {
            var log = log
            log[index] = AuditSample.hashedAnew(
                AuditSample.edited(log[index], log[index - 1].hash, log[0].record.hex64))
            #expect(findings(log) == [.edited(index)])
        }
        // The last has nobody after it: that takes a head.
        var log = log
        log[9] = AuditSample.hashedAnew(AuditSample.edited(log[9]))
        #expect(findings(log).isEmpty)
        #expect(findings(log, [head]) == [.forked(expected: head, shared: nil)])
    }

    @Test(arguments: 1..<9) func `a record that was put in is told from an edited one`(at index: Int) throws {
        let before = AuditHead(sequence: index - 1, hash: log[index - 1].hash)
        var log = log
        log.insert(try AuditSample.line("as it never was", after: before), at: index)
        #expect(findings(log, [head]) == [.inserted(after: index - 1)])
        // One that names nothing that is there.
        log = self.log
        let stranger = AuditHead(sequence: index - 1, hash: String(repeating: "a", count: 64))
        log.insert(try AuditSample.line("as it never was", after: stranger), at: index)
        #expect(findings(log, [head]) == [.inserted(after: index - 1)])
        // One that was there already.
        log = self.log
        log.insert(log[index], at: index)
        #expect(findings(log, [head]) == [.inserted(after: index - 1)])
    }

    @Test func `removed records are told by their numbers`() throws {
        for first in 0..<9 {
            for last in first..<9 {
                var log = log
                log.removeSubrange(first...last)
                #expect(findings(log, [head]) == [.removed(first...last)])
            }
        }
        // The next one may be made to look as if it followed: then it was edited.
        var log = log
        log.remove(at: 4)
        log[4] = AuditSample.hashedAnew(AuditSample.edited(log[4], "\"sequence\":5", "\"sequence\":4"))
        #expect(findings(log).contains(.edited(4)))
    }

    @Test func `records in another order are told as such`() throws {
        for index in 0..<9 {
            var log = log
            log.swapAt(index, index + 1)
            #expect(findings(log, [head]) == [.moved(index + 1)])
        }
        #expect(findings(log.reversed(), [head]).allSatisfy { if case .moved = $0 { true } else { false } })
        // All in order, and the rows' numbers not the records' own.
        let shifted = log.map { AuditLine(record: $0.record, hash: $0.hash, row: ($0.row ?? 0) + 1) }
        #expect(AuditChain(shifted).findings == [.moved(0)])
    }

    @Test func `a cut-off end is seen with a head, and only with one`() throws {
        for count in 0..<10 {
            let part = Array(log.prefix(count))
            #expect(findings(part).isEmpty)
            #expect(findings(part, [head]) == [.cutOff(last: count == 0 ? nil : count - 1, expected: head)])
            let bare = AuditHead(sequence: nil, hash: head.hash)
            #expect(findings(part, [bare]) == [.unknownHead(bare)])
        }
    }

    @Test(arguments: 0..<9) func `a log that was written anew is forked, as far as heads can tell`(at index: Int) throws
    {
        let other = try AuditSample.log(12, after: Array(log.prefix(index)), words: "as it went on")
        #expect(findings(other).isEmpty)
        #expect(findings(other, [head]) == [.forked(expected: head, shared: nil)])
        // A head from before the fork says up to where both are one.
        guard index > 0 else { return }
        let shared = AuditHead(sequence: index - 1, hash: log[index - 1].hash)
        #expect(findings(other, [head, shared]) == [.forked(expected: head, shared: index - 1)])
    }

    @Test func `another machine's log, and records of one in between`() throws {
        let other = "ffffffffffffffffffffffffffffffff"
        #expect(
            findings(log, [head], machine: other)
                == [.otherMachine(sequence: 0, found: AuditSample.machine, expected: other)])
        let mixed = try AuditSample.log(12, after: log, machine: other)
        #expect(
            findings(mixed, [head], machine: AuditSample.machine)
                == [.otherMachine(sequence: 10, found: other, expected: AuditSample.machine)])
    }

    @Test func `several changes are all named`() throws {
        var log = log
        log[2] = AuditSample.edited(log[2])
        log[7] = AuditSample.hashedAnew(AuditSample.edited(log[7]))
        log.remove(at: 4)
        #expect(Set(findings(log, [head])) == [.edited(2), .removed(4...4), .edited(7)])
    }
}

extension [UInt8] {
    fileprivate var hex64: String { Digest.sha256(self + [0]) }
}
