import Model
import ModelSamples
import Testing

/// Documents name the type of a map; those of earlier versions have a number, and stay as they are.
@Suite struct MapTypeTests {
    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try JSON.canonical(value), as: UTF8.self)
    }

    @Test(
        arguments: [
            (1, "hash"), (2, "array"), (9, "lru_hash"), (11, "lpm_trie"), (25, "devmap_hash"), (77, "type-77"),
        ] as [(UInt32, String)])
    func `by name`(number: UInt32, name: String) throws {
        #expect(try text([MapType(number)]) == "[\"\(name)\"]")
        #expect(try JSON.decode([MapType].self, from: Array("[\"\(name)\"]".utf8)).map(\.number) == [number])
    }

    @Test func `a plan with numbers is read, and its digest still fits`() throws {
        let plan = try Sample.plan()
        #expect(try text(plan).contains("\"type\":\"hash\""))
        let old = try text(plan).replacing("\"type\":\"hash\"", with: "\"type\":1")
        let read = try JSON.decode(PlanDocument.self, from: Array(old.utf8)).sealed()
        #expect(read.maps == plan.maps && read.digest != plan.digest)
        let again = try JSON.decode(PlanDocument.self, from: Array(try text(read).utf8))
        let isIntact = try again.isIntact()
        #expect(isIntact)
        #expect(try text(again).contains("\"type\":1"))
    }

    @Test func `what is no type is refused`() {
        #expect(throws: DecodingError.self) { try JSON.decode([MapType].self, from: Array("[\"hashes\"]".utf8)) }
    }
}
