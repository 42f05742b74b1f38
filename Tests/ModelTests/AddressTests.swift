import Model
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("2001:0db8::0001", "2001:db8::1"), ("::", "::"),
        ("fe80::1:0:0:1", "fe80::1:0:0:1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
    ])
    func `text becomes canonical and stays so`(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
        #expect(IPAddress(networkBytes: address.networkBytes) == address)
    }

    @Test(arguments: ["", "10.0.0", "10.0.0.256", "10.0.0.1/24", "1::2::3", "fe80::1%eth0", " 10.0.0.1", "010.0.0.1"])
    func `what is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `bytes of another count are refused`() {
        #expect(IPAddress(networkBytes: [1, 2, 3]) == nil)
        #expect(IPAddress(networkBytes: [UInt8](repeating: 0, count: 17)) == nil)
    }

    @Test func `numbers are in host order`() {
        #expect(IPAddress("10.0.0.1") == .v4(0x0a00_0001))
        #expect(IPAddress("::1") == .v6(1))
    }

    @Test func `multicast, broadcast and link-local are told apart`() throws {
        for text in ["224.0.0.1", "239.1.2.3", "255.255.255.255", "ff02::1"] {
            #expect(try #require(IPAddress(text)).isMulticastOrBroadcast)
        }
        for text in ["223.255.255.255", "240.0.0.1", "fe00::1"] {
            #expect(try #require(IPAddress(text)).isMulticastOrBroadcast == false)
        }
        for text in ["169.254.1.1", "fe80::1", "febf::1"] { #expect(try #require(IPAddress(text)).isLinkLocal) }
        for text in ["127.0.0.1", "127.9.9.9", "::1"] { #expect(try #require(IPAddress(text)).isLoopback) }
        for text in ["126.0.0.1", "::2", "::"] { #expect(try #require(IPAddress(text)).isLoopback == false) }
        for text in ["169.253.1.1", "fec0::1"] { #expect(try #require(IPAddress(text)).isLinkLocal == false) }
    }

    @Test(arguments: ["00:00:00:00:00:00", "02:42:ac:11:00:02", "ff:ff:ff:ff:ff:ff"])
    func `a MAC goes to text and back`(text: String) throws {
        let mac = try #require(MACAddress(text))
        #expect(mac.description == text)
        #expect(MACAddress(bytes: mac.bytes) == mac)
    }

    @Test(arguments: [
        "", "02:42:ac:11:00", "02:42:ac:11:00:02:03", "2:42:ac:11:0:2", "0g:42:ac:11:00:02", "02-42-ac-11-00-02",
        "+2:42:ac:11:00:02",
    ])
    func `what is no MAC is refused`(text: String) {
        #expect(MACAddress(text) == nil)
    }

    @Test func `the group bit is the first byte's lowest`() throws {
        #expect(try #require(MACAddress("01:00:5e:00:00:01")).isGroup)
        #expect(try #require(MACAddress("02:00:00:00:00:01")).isGroup == false)
    }

    @Test func `prefixes contain what they should`() throws {
        let ten = try #require(IPPrefix("10.9.0.0/16"))
        #expect(ten.contains(try #require(IPAddress("10.9.255.1"))))
        #expect(ten.contains(try #require(IPAddress("10.10.0.1"))) == false)
        #expect(ten.contains(try #require(IPAddress("::1"))) == false)
        let all = try #require(IPPrefix("::/0"))
        #expect(all.isDefault)
        #expect(all.contains(try #require(IPAddress("2001:db8::1"))))
        let host = try #require(IPPrefix("2001:db8::1"))
        #expect(host.isHost && host.description == "2001:db8::1/128")
    }

    @Test(arguments: ["10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "/24", "10.0.0.0/24/1"])
    func `what is no prefix is refused`(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test func `addresses sort by family, then number`() throws {
        let texts = ["::1", "10.0.0.2", "9.255.255.255", "::"]
        let sorted = try texts.map { try #require(IPAddress($0)) }.sorted().map(\.description)
        #expect(sorted == ["9.255.255.255", "10.0.0.2", "::", "::1"])
    }
}
