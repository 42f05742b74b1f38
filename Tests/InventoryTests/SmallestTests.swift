import Testing

@testable import Inventory

struct SmallestTests {
    @Test func `the first few by their keys, however they come`() {
        for count in [0, 1, 3, 4, 1_000] {
            var few = Smallest<Int, String>(4)
            for number in (0..<count).shuffled() { few.offer(number, "\(number)") }
            #expect(few.total == count)
            #expect(few.elements == (0..<min(count, 4)).map(String.init))
        }
    }

    @Test func `none are kept of a capacity of none, and equal keys are`() {
        var none = Smallest<Int, Int>(0)
        none.offer(1, 1)
        #expect(none.total == 1 && none.elements.isEmpty)
        var equal = Smallest<Int, Int>(3)
        for number in 0..<5 { equal.offer(7, number) }
        #expect(equal.total == 5 && equal.elements.count == 3)
    }

    @Test func `what is turned away is not made`() {
        var made = 0
        var few = Smallest<Int, Int>(1)
        for number in 0..<10 {
            few.offer(
                number,
                {
                    made += 1
                    return number
                }())
        }
        #expect(made == 1)
    }
}
