import GRDB
import Model

/// An unsigned 64-bit number as the same bits in SQLite's signed INTEGER.
///
/// TEXT would sort and join worse and cost more room in every row; a cookie is a small counter in practice, so that what
/// people see is the number itself.
extension UInt64 {
    var bits: Int64 { Int64(bitPattern: self) }
}

/// Reads of columns whose values the schema and the writers guarantee; anything else is a damaged row.
extension Row {
    func bits(_ column: String) throws -> UInt64 {
        let number: Int64 = try value(column)
        return UInt64(bitPattern: number)
    }

    func optionalBits(_ column: String) throws -> UInt64? {
        let number: Int64? = try optional(column)
        return number.map { UInt64(bitPattern: $0) }
    }

    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        guard let value: Value = try optional(column) else { throw DamagedRow("Column \(column) has no value.") }
        return value
    }

    func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
        let stored: DatabaseValue = self[column]
        if stored.isNull { return nil }
        guard let value = Value.fromDatabaseValue(stored) else {
            throw DamagedRow("Column \(column) holds \(stored), which does not fit.")
        }
        return value
    }

    /// A column of text that stands for a value of its own, such as an address or a verdict.
    func parsed<Value>(_ column: String, _ parse: (String) -> Value?) throws -> Value {
        let text: String = try value(column)
        guard let parsed = parse(text) else { throw DamagedRow("Column \(column) holds \(text), which does not fit.") }
        return parsed
    }

    func optionalParsed<Value>(_ column: String, _ parse: (String) -> Value?) throws -> Value? {
        guard let text: String = try optional(column) else { return nil }
        guard let parsed = parse(text) else { throw DamagedRow("Column \(column) holds \(text), which does not fit.") }
        return parsed
    }

    func json<Value: Decodable>(_ column: String, as type: Value.Type) throws -> Value {
        let text: String = try value(column)
        return try JSON.decode(type, from: Array(text.utf8))
    }

    func optionalJSON<Value: Decodable>(_ column: String, as type: Value.Type) throws -> Value? {
        guard let text: String = try optional(column) else { return nil }
        return try JSON.decode(type, from: Array(text.utf8))
    }

    /// A program, of which either all three columns are there or none.
    func program(_ prefix: String) throws -> ProgramReference? {
        guard let id: UInt32 = try optional(prefix + "_id") else { return nil }
        return ProgramReference(id: id, name: try value(prefix + "_name"), tag: try value(prefix + "_tag"))
    }
}

extension JSON {
    /// The canonical form as text, for a column.
    static func text(_ value: some Encodable) throws -> String {
        String(decoding: try canonical(value), as: UTF8.self)
    }
}
