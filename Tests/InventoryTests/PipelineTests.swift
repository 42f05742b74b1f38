import Kernel
import Testing

struct PipelineTests {
    private struct Failure: Error, Equatable { var text: String }

    private func run(
        depth: Int = 2, _ making: (borrowing Pipeline.Inlet<Int>) throws(Failure) -> Void,
        _ taking: (Int) throws(Failure) -> Void
    ) throws(Failure) {
        try Pipeline.run(depth: depth, orFail: { Failure(text: $0.description) }, making: making, taking: taking)
    }

    @Test(arguments: [1, 2, 64]) func `everything arrives in its order`(depth: Int) throws {
        var taken: [Int] = []
        try run(depth: depth) { inlet in
            for number in 0..<10_000 {
                let isTaken = inlet.send(number)
                #expect(isTaken)
            }
        } _: {
            taken.append($0)
        }
        #expect(taken == Array(0..<10_000))
    }

    @Test func `nothing made is nothing taken`() throws {
        try run { _ in
        } _: { _ in
            Issue.record("nothing was made")
        }
    }

    /// What was made before is taken; then the error comes out.
    @Test func `the maker's error comes out`() {
        var taken = 0
        #expect(throws: Failure(text: "made")) {
            try run { inlet throws(Failure) in
                for number in 0..<100 { _ = inlet.send(number) }
                throw Failure(text: "made")
            } _: { _ in
                taken += 1
            }
        }
        #expect(taken == 100)
    }

    /// The maker would wait for room for ever.
    @Test func `the taker's error ends the maker`() {
        var sent = 0
        var stopped = false
        #expect(throws: Failure(text: "taken")) {
            try run { inlet in
                while sent < 1_000_000 {
                    guard inlet.send(sent) else {
                        stopped = true
                        return
                    }
                    sent += 1
                }
            } _: { number throws(Failure) in
                if number == 10 { throw Failure(text: "taken") }
            }
        }
        #expect(stopped && sent < 100)
    }

    @Test func `the taker's error wins`() {
        #expect(throws: Failure(text: "taken")) {
            try run { inlet throws(Failure) in
                while inlet.send(1) {}
                throw Failure(text: "made")
            } _: { _ throws(Failure) in
                throw Failure(text: "taken")
            }
        }
    }
}
