import Model
import Testing

@testable import Store

@Suite struct DiskRemedyTests {
    /// Dropping snapshots frees nothing: the file keeps its size, and there may be none.
    @Test func `a full disk sends nobody to prune`() throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        let error = #expect(throws: MigrateError.self) { try store.requireFreeSpace(bytes: .max / 4) }
        #expect(
            error?.code == .diskFull
                && error?.remedy?.hasSuffix("df -h \(StateDirectory.parent(of: store.path))") == true)
        #expect(ErrorMapping(path: "/x/y.db").full(facts: []).remedy?.hasSuffix("df -h /x") == true)
        #expect(error?.remedy?.contains("prune") == false)
    }
}
