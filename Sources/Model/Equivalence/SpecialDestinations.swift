/// Destinations that no map should hold, and those that merely are not in it.
public enum SpecialDestinations {
    /// Multicast, broadcast, loopback, link-local, unspecified.
    public static func all(_ family: AddressFamily) -> [IPAddress] {
        switch family {
        case .ipv4:
            return [
                0, 0x7f00_0001, 0x7fff_ffff, 0xa9fe_0001, 0xa9fe_a9fe, 0xe000_0001, 0xe000_0005, 0xeffe_fefe,
                0xf000_0001, 0xffff_ffff,
            ].map { .v4($0) }
        case .ipv6:
            let texts = [
                "::", "::1", "fe80::1", "febf::1", "ff02::1", "ff02::1:ff00:1", "ff0e::1", "::ffff:10.0.0.1",
                "64:ff9b::1",
            ]
            return texts.compactMap { IPAddress($0) }
        }
    }

    /// Addresses for documentation (RFC 5737, RFC 3849), which are nobody's, and one of the net at large. Not
    /// 192.0.2.1, which the mirror has for its gateway.
    public static func nobodys(_ family: AddressFamily) -> [IPAddress] {
        switch family {
        case .ipv4: [0xc000_0207, 0xc633_64fe, 0xcb00_7142, 0x0808_0808].map { .v4($0) }
        case .ipv6: ["2001:db8::1", "2001:db8:ffff::42", "2606:4700::1111"].compactMap { IPAddress($0) }
        }
    }

    /// The addresses just before and just after one.
    public static func beside(_ address: IPAddress) -> [IPAddress] {
        switch address {
        case .v4(let value): [.v4(value &- 1), .v4(value &+ 1)]
        case .v6(let value): [.v6(value &- 1), .v6(value &+ 1)]
        }
    }
}
