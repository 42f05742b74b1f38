import Foundation
import Model
import ModelSamples
import Testing

/// docs/profile.schema.json and the reader say the same.
@Suite struct ProfileSchemaTests {
    private static func schema() throws -> [String: Any] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "docs/profile.schema.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// A profile with every object in it, in YAML's flow style, which JSON is.
    private static let whole = """
        {"name": "x", "summary": "y", "members": "enrolled",
         "maps": [{"pin": "a/b", "key": {"size": 4, "offset": 0, "family": "ipv4", "byte_order": "host"},
                   "value": {"size": 20, "ifindex_offset": 0, "ifindex_width": 4, "destination_mac_offset": 4,
                             "source_mac_offset": 10}}],
         "keep": [{"pin": "a/c", "why": "z"}, {"program": "p", "why": "z"}],
         "hook": {"kind": "clsact", "direction": "ingress"},
         "contract": {"families": ["ipv4"], "protocols": ["tcp"], "on_failure": "drop",
                      "control_block": {"index": 4, "value": 1}, "mark": 5},
         "writers": {"processes": ["a"], "plugins": ["/b"]}}
        """

    private static func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private static func refusal(_ document: [String: Any]) throws -> ProfileError? {
        let text = String(decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
        do {
            _ = try ProfileReader.profile(fromYAML: text, file: "p")
            return nil
        } catch { return error }
    }

    /// What `body` makes of the object at a path of keys and indexes.
    private static func changed(
        _ value: Any, _ path: ArraySlice<String>, _ body: ([String: Any]) -> [String: Any]
    ) -> Any {
        guard let first = path.first else { return (value as? [String: Any]).map(body) ?? value }
        if var list = value as? [Any], let index = Int(first) {
            list[index] = changed(list[index], path.dropFirst(), body)
            return list
        }
        guard var object = value as? [String: Any], let inner = object[first] else { return value }
        object[first] = changed(inner, path.dropFirst(), body)
        return object
    }

    /// What the reader's refusal lists.
    private static func listed(_ document: [String: Any], after words: String) throws -> [String] {
        let message = try refusal(document)?.message ?? ""
        let range = try #require(message.range(of: words), "\(message)")
        return message[range.upperBound...].components(separatedBy: ", ")
    }

    private static let objects = [
        [], ["maps", "0"], ["maps", "0", "key"], ["maps", "0", "value"], ["keep", "0"], ["hook"], ["contract"],
        ["contract", "control_block"], ["writers"],
    ]

    private static func schema(at path: [String]) throws -> [String: Any] {
        try path.reduce(try schema()) { schema, part in
            let next = Int(part) == nil ? (schema["properties"] as? [String: Any])?[part] : schema["items"]
            return try #require(next as? [String: Any])
        }
    }

    @Test(arguments: objects) func `the same fields`(path: [String]) throws {
        let whole = Self.changed(try Self.json(Self.whole), path[...]) { object in
            object.merging(["no_such_field": 1]) { $1 }
        }
        let known = try Self.listed(try #require(whole as? [String: Any]), after: "known are ")
        let schema = try Self.schema(at: path)
        let properties = try #require(schema["properties"] as? [String: Any])
        #expect(Set(known) == Set(properties.keys))
        #expect(schema["additionalProperties"] as? Bool == false)
    }

    @Test(arguments: objects) func `the same fields are needed`(path: [String]) throws {
        let schema = try Self.schema(at: path)
        let needed = Set(schema["required"] as? [String] ?? [])
        let properties = try #require(schema["properties"] as? [String: Any])
        // Of pin and name, or program, one is needed.
        let either = Set((schema["oneOf"] as? [[String: [String]]] ?? []).flatMap { $0["required"] ?? [] })
        for field in properties.keys.sorted() where !either.contains(field) {
            let without = Self.changed(try Self.json(Self.whole), path[...]) { object in
                object.filter { $0.key != field }
            }
            let error = try Self.refusal(try #require(without as? [String: Any]))
            #expect((error != nil) == needed.contains(field), "\(path) \(field): \(error?.description ?? "read")")
        }
    }

    @Test func `the same choices`() throws {
        for (path, field) in [
            ([], "members"), (["maps", "0", "key"], "family"), (["maps", "0", "key"], "byte_order"),
            (["hook"], "kind"), (["hook"], "direction"), (["contract"], "on_failure"),
        ] as [([String], String)] {
            let whole = Self.changed(try Self.json(Self.whole), path[...]) {
                $0.merging([field: "no such value"]) { $1 }
            }
            let known = try Self.listed(try #require(whole as? [String: Any]), after: "known values: ")
            let properties = try #require(try Self.schema(at: path)["properties"] as? [String: [String: Any]])
            #expect(properties[field]?["enum"] as? [String] == known)
        }
    }

    @Test func `the sample and every built-in profile fit the schema`() throws {
        #expect(try Self.refusal(try Self.json(Self.whole)) == nil)
        #expect(SchemaCheck.faults(try Self.json(Self.whole), try Self.schema()) == [])
        for profile in try BuiltInProfiles.all() {
            let document = try Self.json(try JSON.pretty(profile))
            #expect(SchemaCheck.faults(document, try Self.schema()) == [], "\(profile.name)")
        }
    }

    @Test func `the check finds what does not fit`() throws {
        let schema = try Self.schema()
        for (text, part) in [
            ("\"members\": \"enrolled\"", "\"members\": \"some\""), ("\"size\": 4", "\"size\": \"4\""),
            ("\"pin\": \"a/b\", ", ""), ("\"index\": 4", "\"index\": 5"), ("[\"ipv4\"]", "[]"),
            ("\"name\": \"x\", ", ""), ("\"mark\": 5", "\"marks\": 5"),
        ] {
            let bad = Self.whole.replacing(text, with: part, maxReplacements: 1)
            #expect(SchemaCheck.faults(try Self.json(bad), schema) != [], "\(text)")
        }
    }
}
