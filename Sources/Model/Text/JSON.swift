import FoundationEssentials
import Synchronization

/// The one way this project writes and reads JSON: snake_case keys, sorted, times as RFC 3339 UTC.
///
/// Swift names such as `machineID` become `machine_id` and back. Hashes are taken over `canonical`.
public enum JSON {
    /// One line, keys sorted: the form that is hashed and stored.
    public static func canonical(_ value: some Encodable) throws -> [UInt8] {
        if let written = value as? any CanonicallyWritten { return try written.writeCanonical() }
        return try encoded(value)
    }

    /// As above, by `JSONEncoder` whatever the value is.
    static func encoded(_ value: some Encodable) throws -> [UInt8] {
        try Array(encoder([.sortedKeys, .withoutEscapingSlashes]).encode(value))
    }

    /// Indented, for people.
    public static func pretty(_ value: some Encodable) throws -> String {
        if let written = value as? any CanonicallyWritten {
            return String(decoding: indented(try written.writeCanonical()), as: UTF8.self)
        }
        let data = try encoder([.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]).encode(value)
        return String(decoding: data, as: UTF8.self)
    }

    public static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        decoder.keyDecodingStrategy = .custom { path in
            SwiftKey(stringValue: swiftName(ofKey: path[path.count - 1].stringValue))
        }
        return try decoder.decode(type, from: Data(bytes))
    }

    private static func encoder(_ formatting: JSONEncoder.OutputFormatting) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        encoder.dateEncodingStrategy = .iso8601
        encoder.keyEncodingStrategy = .custom { path in
            SwiftKey(stringValue: jsonKey(ofProperty: path[path.count - 1].stringValue))
        }
        return encoder
    }

    /// Words that Swift names write in capitals.
    private static let capitals = ["id": "ID", "ids": "IDs", "mac": "MAC", "uid": "UID"]

    /// Names that were converted: there are few, and each comes thousands of times.
    private static let converted = Mutex<[String: String]>([:])

    private static func jsonKey(ofProperty name: String) -> String {
        converted.withLock { known in
            if let key = known[name] { return key }
            let key = jsonName(ofProperty: name)
            known[name] = key
            return key
        }
    }

    /// `bootID` → `boot_id`, `mapIDs` → `map_ids`, `destinationMACOffset` → `destination_mac_offset`.
    private static func jsonName(ofProperty name: String) -> String {
        let letters = Array(name.replacing("IDs", with: "Ids"))
        var text = ""
        for (index, letter) in letters.enumerated() {
            let beginsWord =
                letter.isUppercase && index > 0
                && (!letters[index - 1].isUppercase || (index + 1 < letters.count && letters[index + 1].isLowercase))
            text += (beginsWord ? "_" : "") + letter.lowercased()
        }
        return text
    }

    /// The way back: `boot_id` → `bootID`, `priority` → `priority`.
    private static func swiftName(ofKey key: String) -> String {
        let parts = key.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first else { return key }
        return parts.dropFirst().reduce(String(first)) { name, part in
            name + (capitals[String(part)] ?? part.prefix(1).uppercased() + part.dropFirst())
        }
    }

    private struct SwiftKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
