import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

@Suite struct LayoutTests {
    private static let layout = MapLayout(
        key: nil,
        value: TypeLayout(
            typeName: "struct app", size: 12,
            members: [
                .init(path: "ifindex", offset: 0, size: 4, kind: .unsigned, typeName: "__u32"),
                .init(path: "a.flag", offset: 4, size: 1, kind: .bitfield, typeName: "__u8", bitOffset: 3, bits: 2),
                .init(
                    path: "verdict", offset: 8, size: 4, kind: .enumeration, typeName: "enum verdict",
                    names: [.init(value: -1, name: "LOST")]),
            ]))

    @Test func `what BTF says of a map is kept with it, and SQL reads it`() throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        var snapshot = try Sample.snapshot()
        snapshot.maps[0].layout = Self.layout
        try store.save(snapshot)
        let again = try store.snapshot(idPrefix: snapshot.id)
        #expect(again.maps == snapshot.maps && again.maps[1].layout == nil)
        let sql = "SELECT json_extract(m.value, '$.path') FROM map_rows, json_each(layout, '$.value.members') AS m"
        #expect(try store.read { try String.fetchAll($0, sql: sql) } == ["ifindex", "a.flag", "verdict"])
    }
}
