import Testing

@testable import Model

@Suite struct CaseGeneratorTests {
    private let generator: CaseGenerator
    private let destinations: [IPAddress]

    init() throws {
        generator = CaseGenerator(sources: [.ipv4: try #require(IPAddress("10.9.0.2"))], seed: 7)
        destinations = try ["10.9.0.4", "fd00:9::4"].map { try #require(IPAddress($0)) }
    }

    @Test func `hundreds of packets to each destination, of every kind that its family has`() {
        for destination in destinations {
            let cases = generator.cases(to: destination, thorough: true)
            #expect(cases.count > 200 && Set(cases).count > 200)
            var missing = Set(PacketKind.allCases).subtracting(cases.map(\.kind))
            if destination.family == .ipv4 {
                missing.subtract([.extensionHeaders, .neighborDiscovery])
            } else {
                missing.remove(.headerOptions)
            }
            #expect(missing == [])
            #expect(generator.cases(to: destination, thorough: false).count > 15)
        }
    }

    @Test func `the same seed gives the same packets, another one others`() {
        var other = generator
        other.seed = 8
        for destination in destinations {
            for thorough in [true, false] {
                let cases = generator.cases(to: destination, thorough: thorough)
                #expect(cases == generator.cases(to: destination, thorough: thorough))
                #expect(cases != other.cases(to: destination, thorough: thorough))
            }
        }
    }

    /// A test run takes no frame that is nothing but an Ethernet header, and none of more than a page.
    @Test func `every frame has a size that a test run takes`() {
        for destination in destinations {
            for packet in generator.cases(to: destination, thorough: true) {
                #expect((15...3_500).contains(packet.frame.count) && packet.metadata.controlBlock.count == 5)
            }
        }
    }

    @Test func `whole packets go where they are meant to`() {
        for destination in destinations {
            let kinds: [PacketKind] = [.tcp, .udp, .firstFragment, .headerOptions, .metadata, .long]
            for packet in generator.cases(to: destination, thorough: true) where kinds.contains(packet.kind) {
                #expect(FrameText.line(packet.frame).contains(" > \(destination) "))
            }
        }
    }

    @Test func `special destinations are what they are called`() {
        for family in AddressFamily.allCases {
            let special = SpecialDestinations.all(family)
            #expect(special.contains { $0.isMulticastOrBroadcast } && special.contains { $0.isLoopback })
            #expect(special.contains { $0.isLinkLocal } && special.allSatisfy { $0.family == family })
            #expect(SpecialDestinations.nobodys(family).count >= 3)
        }
        #expect(SpecialDestinations.beside(.v4(5)) == [.v4(4), .v4(6)])
    }
}
