import Glibc
import Model

/// Writes addresses as text into one buffer, again and again: a string for each of a million would be most of the work.
@safe final class AddressText {
    /// Room for the longest IPv6 address and its NUL (`INET6_ADDRSTRLEN`, 46).
    private static let size = 48
    let bytes: UnsafeMutablePointer<CChar>

    // SAFETY: this object owns the buffer, and nothing is written past `size`.
    init() { unsafe bytes = .allocate(capacity: Self.size) }

    deinit { unsafe bytes.deallocate() }

    /// - Returns: how many characters, without a NUL.
    func write(_ address: IPAddress) -> Int {
        switch address {
        case .v4(let value):
            var count = write(UInt8(truncatingIfNeeded: value >> 24), at: 0)
            for shift: UInt32 in 1...3 {
                unsafe bytes[count] = 0x2e
                count = write(UInt8(truncatingIfNeeded: value >> (24 - 8 * shift)), at: count + 1)
            }
            return count
        case .v6(let value):
            var ordered = value.bigEndian
            // SAFETY: the address is sixteen bytes, the buffer has room for the longest text.
            unsafe inet_ntop(AF_INET6, &ordered, bytes, socklen_t(Self.size))
            return unsafe strlen(bytes)
        }
    }

    /// What was written, for tests.
    func string(_ count: Int) -> String {
        // SAFETY: `count` characters were written.
        unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// A number without leading zeros. Returns the place behind it.
    private func write(_ number: UInt8, at start: Int) -> Int {
        var place = start
        // SAFETY: at most fifteen characters of 48 are written.
        if number >= 100 {
            unsafe bytes[place] = CChar(0x30 + number / 100)
            place += 1
        }
        if number >= 10 {
            unsafe bytes[place] = CChar(0x30 + number / 10 % 10)
            place += 1
        }
        unsafe bytes[place] = CChar(0x30 + number % 10)
        return place + 1
    }
}
