import Model
import Testing

@Suite struct PinNameTests {
    @Test func `pins go in the order that a rollback can bear`() {
        let names = [
            "cell", "control", "enrolled_7", "extra_0", "foreign", "legacy_0", "legacy_1", "plain_0", "record",
            "slot_0",
        ]
        #expect(
            PinName.removal(names, .undone) == [
                "legacy_0", "legacy_1", "slot_0", "plain_0", "enrolled_7", "extra_0", "control", "cell", "record",
            ])
        #expect(
            PinName.removal(names, .finalized) == [
                "control", "cell", "slot_0", "plain_0", "legacy_0", "legacy_1", "record",
            ])
    }

    @Test func `a program is pinned once, by its first hook`() {
        #expect(PinName.legacyNumbers([7, 8, 7, 9, 8]) == [0, 1, 0, 3, 1])
        #expect(PinName.legacyNumbers([]).isEmpty)
    }
}
