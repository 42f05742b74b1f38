/// A value that writes its own canonical JSON: for documents with thousands of like things, of which `JSONEncoder` makes a
/// dictionary each, a hundred times slower.
///
/// The text must be the one that ``JSON/canonical(_:)`` would make of it, byte for byte: hashes are taken over it.
protocol CanonicallyWritten: Encodable {
    func writeCanonical() throws -> [UInt8]
}

/// Canonical JSON in the making.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    /// Text of ours that needs no escape.
    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ number: UInt32) { bytes.append(contentsOf: String(number).utf8) }

    /// A string with its quotes.
    mutating func append(_ text: String) throws {
        let utf8 = text.utf8
        guard utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c }) else {
            // What must be escaped, and how, is JSONEncoder's business.
            bytes.append(contentsOf: try JSON.canonical([text]).dropFirst().dropLast())
            return
        }
        bytes.append(0x22)
        bytes.append(contentsOf: utf8)
        bytes.append(0x22)
    }
}

extension JSON {
    /// Canonical JSON with line breaks, as `JSONEncoder` lays it out.
    static func indented(_ canonical: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(canonical.count * 2)
        var depth = 0
        var isInString = false, isEscaped = false
        func breakLine(_ text: inout [UInt8]) {
            text.append(0x0a)
            for _ in 0..<2 * depth { text.append(0x20) }
        }
        for (place, byte) in canonical.enumerated() {
            if isInString {
                text.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                isInString = true
                text.append(byte)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                text.append(byte)
                depth += 1
                let next = place + 1 < canonical.count ? canonical[place + 1] : 0
                // An empty list is two line breaks, the second with the indentation of its end.
                if next == UInt8(ascii: "]") || next == UInt8(ascii: "}") {
                    text.append(0x0a)
                } else {
                    breakLine(&text)
                }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                breakLine(&text)
                text.append(byte)
            case UInt8(ascii: ","):
                text.append(byte)
                breakLine(&text)
            case UInt8(ascii: ":"): text.append(contentsOf: [0x20, byte, 0x20])
            default: text.append(byte)
            }
        }
        return text
    }
}
