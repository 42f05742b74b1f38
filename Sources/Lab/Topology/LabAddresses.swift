import Model

/// The lab's addresses, all from ranges that are private or kept for documentation (RFC 5737, 3849, 4193).
enum LabAddresses {
    static let gateway = IPAddress.v4(0xc000_0201)  // 192.0.2.1
    static let node = IPAddress.v4(0xc000_020a)  // 192.0.2.10
    static let gateway6 = IPAddress.v6(0x2001_0db8 << 96 | 1)
    static let node6 = IPAddress.v6(0x2001_0db8 << 96 | 0x10)
    static let proxy = IPAddress.v4(0x0a09_0002)  // 10.9.0.2
    static let proxy6 = IPAddress.v6(0xfd00_0009 << 96 | 2)
    /// Every pod's next hop, as Calico has it: no such address exists, every host side answers to its MAC.
    static let podGateway = "169.254.1.1"
    /// The link-local address that every host side derives from `hostMAC`.
    static let podGateway6 = "fe80::ecee:eeff:feee:eeee"
    /// Every host side's MAC, as Calico has it.
    static let hostMAC = MACAddress(value: 0xeeee_eeee_eeee)

    /// 10.9.0.11, .12, … for `index` 1, 2, …; of the second site 10.10.0.11, …
    static func pod(_ index: Int, site: UInt32 = 0) -> IPAddress { .v4(0x0a09_000a + site << 16 + UInt32(index)) }
    /// 10.20.0.1, .2, … for `index` 1, 2, …: pods of a crowd.
    static func crowd(_ index: Int) -> IPAddress { .v4(0x0a14_0000 + UInt32(index)) }

    /// The index behind those of every pod and every entry of the first site.
    static func firstFree(_ state: LabState) -> Int {
        let used = state.pods.map(\.address) + state.entries.map(\.address)
        let indexes = used.compactMap { address in
            if case .v4(let value) = address, value >> 16 == 0x0a09 { Int(value & 0xffff) - 0xa } else { nil }
        }
        return (indexes.max() ?? 0) + 1
    }

    /// fd00:9::b, ::c, …; of the second site fd00:a::b, …
    static func pod6(_ index: Int, site: UInt32 = 0) -> IPAddress {
        .v6(UInt128(0xfd00_0009 + site) << 96 | UInt128(0xa + index))
    }

    /// 0a:58 and the IPv4 address, as the CNI plugins make them.
    static func mac(of address: IPAddress) -> MACAddress {
        MACAddress(value: address.networkBytes.prefix(4).reduce(0x0a58) { $0 << 8 | UInt64($1) })
    }
}
