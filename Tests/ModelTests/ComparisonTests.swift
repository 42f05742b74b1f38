import Testing

@testable import Model

/// What is tolerated, and what is not.
@Suite struct ComparisonTests {
    private let packet: PacketCase
    private let address: IPAddress
    private var comparison = Comparison(
        egress: .neigh, rewritesSource: [],
        contract: Profile.Contract(
            families: [.ipv4], protocols: [.tcp, .udp], onFailure: .drop, controlBlock: .init(index: 4, value: 9)),
        dropsMembers: false, input: 3)

    init() throws {
        address = try #require(IPAddress("10.9.0.4"))
        let source = try #require(IPAddress("10.9.0.2"))
        packet = PacketCase(
            .udp, try #require(Packet(from: source, to: address, .udp(source: 1, destination: 2))).bytes)
    }

    private func target(_ effect: Effect = .same, ifindex: UInt32 = 5) -> PacketTarget {
        PacketTarget(
            address, .entry,
            finding: Finding(
                address: address, legacy: .init(ifindex: 5, interface: "pod", mac: MACAddress(value: 0x02aa)),
                kernel: .init(lookup: "success", ifindex: ifindex, mac: MACAddress(value: 0x02bb)), verdict: .match,
                effect: effect, note: ""))
    }

    private func missed(_ verdict: TCVerdict = .ok) -> ProgramOutcome {
        ProgramOutcome(verdict: verdict, frame: packet.frame, mark: 0, priority: 0, controlBlock: [0, 0, 0, 0, 0])
    }

    /// As legacy programs leave a packet: the map's MAC in it, the word set.
    private func redirected(mac: UInt64? = 0x02aa, word: UInt32 = 9, mark: UInt32 = 0) -> ProgramOutcome {
        let frame = mac.map { MACAddress(value: $0).bytes + packet.frame.dropFirst(6) } ?? packet.frame
        return ProgramOutcome(
            verdict: .redirect, frame: frame, mark: mark, priority: 0, controlBlock: [0, 0, 0, 0, word])
    }

    private func judge(_ legacy: ProgramOutcome, _ replacement: ProgramOutcome, _ target: PacketTarget? = nil)
        -> Comparison.Judgement
    { comparison.judge(packet, to: target ?? self.target(), legacy: legacy, replacement: replacement) }

    @Test func `alike is alike, and of two drops nothing is left`() {
        #expect(judge(missed(), missed()) == .same)
        var dropped = redirected()
        dropped.verdict = .shot
        #expect(judge(missed(.shot), dropped) == .same)
    }

    @Test func `the destination MAC is the neighbor subsystem's business, and nothing else is`() {
        #expect(judge(redirected(), redirected(mac: nil)) == .designed([.destinationMAC]))
        #expect(judge(redirected(), redirected(mac: 0x02cc)) == .different([.destinationMAC]))
        #expect(judge(redirected(), redirected(mac: nil, word: 8)) == .different([.controlBlock]))
        #expect(judge(redirected(), redirected(mac: nil, mark: 1)) == .different([.mark]))
        var longer = redirected(mac: nil)
        longer.frame.append(0)
        #expect(judge(redirected(), longer) == .different([.length, .bytes]))
    }

    @Test mutating func `--egress mac may write the neighbor's MAC and no other`() {
        comparison.egress = .mac
        #expect(judge(redirected(), redirected(mac: 0x02bb)) == .designed([.destinationMAC]))
        #expect(judge(redirected(), redirected(mac: 0x02cc)) == .different([.destinationMAC]))
    }

    @Test mutating func `a source is by design only where the legacy program writes one`() {
        var legacy = redirected()
        legacy.frame.replaceSubrange(6..<12, with: MACAddress(value: 0x02dd).bytes)
        #expect(judge(legacy, redirected(mac: nil)) == .different([.sourceMAC]))
        comparison.rewritesSource = [.ipv4]
        #expect(judge(legacy, redirected(mac: nil)) == .designed([.destinationMAC, .sourceMAC]))
    }

    @Test func `a member that is not redirected any more needs a reason`() {
        #expect(judge(redirected(), missed()) == .different([.verdict, .destinationMAC, .controlBlock]))
        for effect in [Effect.gone, .broken, .stillBroken, .unknown] {
            #expect(judge(redirected(), missed(), target(effect)) == .explained(effect))
        }
        #expect(
            judge(redirected(), missed(), target(.healed)) == .different([.verdict, .destinationMAC, .controlBlock]))
        #expect(judge(redirected(), missed(), target(ifindex: 3)) == .designed([.sameDevice]))
    }

    /// Neither a stale entry nor a listed difference excuses a packet that was changed on the way.
    @Test func `what is left to the stack must be left alone`() {
        var changed = missed()
        changed.controlBlock[4] = 9
        #expect(judge(redirected(), changed, target(.gone)) == .different([.verdict, .destinationMAC]))
        #expect(
            judge(redirected(), missed(.next), target(.gone)) == .different([.verdict, .destinationMAC, .controlBlock]))
        #expect(
            judge(redirected(), missed(.shot), target(.gone)) == .different([.verdict, .destinationMAC, .controlBlock]))
    }

    @Test mutating func `a drop is the contract's only for members`() {
        comparison.dropsMembers = true
        #expect(judge(redirected(), missed(.shot), target(.gone)) == .explained(.gone))
        #expect(judge(missed(), missed(.shot)) == .different([.verdict]))
    }

    @Test func `a stale entry that is healed may leave by another MAC, with the same marks`() {
        #expect(judge(redirected(mac: 0x02ee), redirected(mac: nil), target(.healed)) == .explained(.healed))
        #expect(judge(redirected(), redirected(mac: nil, word: 1), target(.healed)) == .different([.controlBlock]))
    }

    @Test func `only what the plan lists may be widened, and with the contract's marks`() {
        let widened = PacketTarget(address, .widened)
        #expect(judge(missed(), redirected(mac: nil), widened) == .designed([.widened]))
        #expect(judge(missed(), redirected(mac: nil, word: 0), widened) == .different([.verdict]))
        #expect(
            judge(missed(), redirected(mac: nil), PacketTarget(address, .unknown))
                == .different([.verdict, .controlBlock]))
    }

    @Test func `how far headers are walked`() throws {
        let source = try #require(IPAddress("fd00:9::2")), pod = try #require(IPAddress("fd00:9::4"))
        let plain = try #require(Packet(from: source, to: pod, .udp(source: 1, destination: 2)))
        func isBeyond(_ chain: [IPv6Extension], cut: Int = 0) -> Bool? {
            let bytes = plain.ipv6 { $0.extensions = chain }.bytes
            return HeaderChain(Array(bytes.dropLast(cut)))?.isBeyondBounds
        }
        #expect(isBeyond([]) == false)
        #expect(isBeyond([IPv6Extension](repeating: .destinationOptions(), count: 6)) == false)
        #expect(isBeyond([IPv6Extension](repeating: .destinationOptions(), count: 7)) == true)
        #expect(isBeyond([.authentication]) == true)
        #expect(isBeyond([.hopByHop()], cut: 9) == true)
        #expect(isBeyond([.fragment(offset: 5)], cut: 8) == false)
        #expect(HeaderChain(packet.frame) == nil)
    }

    @Test func `values that no program should return are the next one's business`() {
        let values: [UInt32: TCVerdict] = [
            0: .ok, 1: .next, 2: .shot, 3: .next, 4: .stolen, 7: .redirect, 8: .trap, 99: .next, .max: .next,
        ]
        for (value, verdict) in values { #expect(TCVerdict(returned: value) == verdict) }
    }
}
