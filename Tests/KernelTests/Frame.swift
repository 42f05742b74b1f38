import Testing

@testable import Model

/// Frames for test runs: from 02:…:02 to 02:…:01, ports 40000 and 80, no options.
enum Frame {
    static let ethernet: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]

    /// Of the destination's family, from 10.9.0.2 or fd00:9::2; 6 is TCP, 17 UDP.
    static func to(_ destination: String, ipProtocol: UInt8 = 6) throws -> [UInt8] {
        let address = try #require(IPAddress(destination))
        let ports: [UInt8] = [0x9c, 0x40, 0, 80]
        let rest = [UInt8](repeating: 0, count: 22)
        switch address.family {
        case .ipv4:
            let ip: [UInt8] = [8, 0, 0x45, 0, 0, 46, 0, 0, 0, 0, 64, ipProtocol, 0, 0, 10, 9, 0, 2]
            return ethernet + ip + address.networkBytes + ports + rest
        case .ipv6:
            let source = try #require(IPAddress("fd00:9::2")).networkBytes
            let ip: [UInt8] = [0x86, 0xdd, 0x60, 0, 0, 0, 0, 26, ipProtocol, 64]
            return ethernet + ip + source + address.networkBytes + ports + rest
        }
    }
}
