import Model
import Testing

@testable import Lab

@Suite struct TextTests {
    @Test func `the failing line of a batch is named`() {
        #expect(IPBatch.failedLine(in: "RTNETLINK answers: File exists\nCommand failed -:3\n") == 2)
        #expect(IPBatch.failedLine(in: "Cannot open network namespace") == nil)
    }

    @Test func `an entry has the layout of the deployment`() throws {
        let entry = LabMapEntry(
            address: try #require(IPAddress("10.9.0.11")), ifindex: 0x0102,
            mac: try #require(MACAddress("0a:58:0a:09:00:0b")))
        let layout = AmbientLayout()
        #expect(layout.key(entry) == [10, 9, 0, 11])
        #expect(layout.value(entry) == [2, 1, 0, 0, 0x0a, 0x58, 0x0a, 9, 0, 0x0b, 0, 0])
        #expect(layout.entry(key: layout.key(entry), value: layout.value(entry)) == entry)
        #expect(layout.entry(key: [10, 9, 0], value: layout.value(entry)) == nil)
    }

    @Test func `fabric's entries have the host order, both MACs and both interfaces`() throws {
        var entry = LabMapEntry(
            address: try #require(IPAddress("10.9.0.11")), ifindex: 0x0102,
            mac: try #require(MACAddress("0a:58:0a:09:00:0b")), sourceMAC: MACAddress(value: 0xeeee_eeee_eeee),
            uplink: 9)
        let four = FabricLayout4()
        #expect(four.key(entry) == [0, 0, 0, 0, 11, 0, 9, 10])
        #expect(
            four.value(entry) == [9, 0, 0, 0, 2, 1, 0, 0, 0x0a, 0x58, 0x0a, 9, 0, 0x0b, 0, 0]
                + [0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0, 0, 1, 0, 0, 0])
        #expect(four.entry(key: four.key(entry), value: four.value(entry)) == entry)
        entry.address = try #require(IPAddress("fd00:9::b"))
        let six = FabricLayout6()
        #expect(six.key(entry) == [0xfd, 0, 0, 9] + [UInt8](repeating: 0, count: 11) + [0x0b])
        #expect(six.value(entry).count == 32 && Array(six.value(entry)[12..<14]) == [2, 1])
        #expect(six.entry(key: six.key(entry), value: six.value(entry)) == entry)
        #expect(four.entry(key: six.key(entry), value: six.value(entry)) == nil)
    }

    @Test(arguments: ["", "Lab", "../x", "a b", String(repeating: "a", count: 33)])
    func `a name that is no file name is refused`(name: String) {
        #expect(throws: LabError.self) { try LabOptions(name: name).validate() }
    }

    @Test(arguments: [0, -1, 401]) func `a number of pods that cannot be had is refused`(pods: Int) {
        #expect(throws: LabError.self) { try LabOptions(pods: pods).validate() }
    }

    @Test func `addresses follow the number of the pod`() {
        #expect(LabAddresses.pod(1).description == "10.9.0.11")
        #expect(LabAddresses.pod(400).description == "10.9.1.154")
        #expect(LabAddresses.pod6(1).description == "fd00:9::b")
        #expect(LabAddresses.mac(of: LabAddresses.pod(1)).description == "0a:58:0a:09:00:0b")
    }

    @Test func `an error is printed as migrate prints its own`() {
        let error = LabError(.alreadyUp, "a lab named x is up", facts: ["fact"], remedy: "Take it down:  y")
        let lines = error.description.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].hasPrefix("Error: a lab named x is up; nothing was changed."))
        #expect(lines[0].hasSuffix("[LAB1003]") && lines[1] == "  fact" && error.code.exit == 10)
    }
}
