import Model
import Testing

@Suite struct CountedTests {
    @Test func `one thing and many, with the verb that follows`() {
        #expect([0, 1, 2].map { $0.of("hook") } == ["0 hooks", "1 hook", "2 hooks"])
        #expect([1, 2].map { $0.of("hook", "holds", "hold") } == ["1 hook holds", "2 hooks hold"])
    }
}
