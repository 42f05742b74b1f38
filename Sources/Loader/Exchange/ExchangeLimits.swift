/// How much is exchanged at once.
package struct ExchangeLimits: Sendable {
    /// Hooks between two looks at signals and journal. What others overwrote is put back after at most so many messages,
    /// and where notifications are lost, no more hooks than these are uncertain.
    package var chunk = 128
    /// Bytes of notifications that may wait, as `SO_RCVBUF` counts them; `nil` is plenty: a chunk takes a twentieth of it.
    package var room: Int?

    package init(chunk: Int = 128, room: Int? = nil) {
        self.chunk = chunk
        self.room = room
    }
}

extension RandomAccessCollection where Index == Int {
    /// Ranges of at most `size` indices, in order.
    func chunks(of size: Int) -> [Range<Int>] {
        stride(from: startIndex, to: endIndex, by: Swift.max(1, size)).map {
            $0..<Swift.min($0 + Swift.max(1, size), endIndex)
        }
    }
}
