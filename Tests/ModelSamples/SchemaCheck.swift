import Foundation

/// As much of JSON Schema as docs/profile.schema.json and docs/schema use; what is not listed is not known.
public enum SchemaCheck {
    /// What of `value` does not fit, with its path; an empty list is a fit.
    public static func faults(_ value: Any, _ schema: [String: Any], path: String = "$") -> [String] {
        faults(value, schema, path, schema["$defs"] as? [String: [String: Any]] ?? [:])
    }

    private typealias Parts = [String: [String: Any]]

    private static func faults(_ value: Any, _ schema: [String: Any], _ path: String, _ parts: Parts) -> [String] {
        if let name = schema["$ref"] as? String {
            guard let part = parts[String(name.dropFirst("#/$defs/".count))] else { return ["\(path): no \(name)"] }
            return faults(value, part, path, parts)
        }
        var found: [String] = []
        if let choices = schema["enum"] as? [AnyHashable], !choices.contains(where: { "\($0)" == "\(value)" }) {
            found.append("\(path): \(value) is none of \(choices)")
        }
        switch schema["type"] as? String {
        case "object":
            guard let object = value as? [String: Any] else { return found + ["\(path) is no object"] }
            found += self.object(object, schema, path, parts)
        case "array":
            guard let list = value as? [Any] else { return found + ["\(path) is no list"] }
            if list.count < schema["minItems"] as? Int ?? 0 { found.append("\(path) has \(list.count) items") }
            if schema["uniqueItems"] as? Bool == true, Set(list.map { "\($0)" }).count < list.count {
                found.append("\(path) names one twice")
            }
            if let items = schema["items"] as? [String: Any] {
                for (index, item) in list.enumerated() { found += faults(item, items, "\(path)[\(index)]", parts) }
            }
        case "string":
            guard let text = value as? String else { return found + ["\(path) is no text"] }
            if text.count < schema["minLength"] as? Int ?? 0 { found.append("\(path) is too short") }
            if let pattern = schema["pattern"] as? String, text.range(of: pattern, options: .regularExpression) == nil {
                found.append("\(path): \(text) does not fit \(pattern)")
            }
        case "boolean":
            guard value as? Bool != nil else { return found + ["\(path) is neither true nor false"] }
        case "integer":
            guard let number = value as? Int, !(value is String) else {
                // Cookies and the like have 64 bits.
                return value as? UInt64 == nil ? found + ["\(path) is no whole number"] : found
            }
            if number < schema["minimum"] as? Int ?? .min || number > schema["maximum"] as? Int ?? .max {
                found.append("\(path): \(number) is out of range")
            }
        default: break
        }
        return found
    }

    private static func object(
        _ object: [String: Any], _ schema: [String: Any], _ path: String, _ parts: Parts
    ) -> [String] {
        var found: [String] = []
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        for name in schema["required"] as? [String] ?? [] where object[name] == nil {
            found.append("\(path).\(name) is missing")
        }
        for (name, value) in object {
            if let inner = properties[name] ?? schema["additionalProperties"] as? [String: Any] {
                found += faults(value, inner, "\(path).\(name)", parts)
            } else if schema["properties"] != nil {
                found.append("\(path).\(name) is not known")
            }
        }
        if let alternatives = schema["oneOf"] as? [[String: [String]]] {
            let fitting = alternatives.count { ($0["required"] ?? []).allSatisfy { object[$0] != nil } }
            if fitting != 1 { found.append("\(path) fits \(fitting) of \(alternatives.count) forms") }
        }
        return found
    }
}
