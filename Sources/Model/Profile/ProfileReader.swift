import Yams

/// A profile that cannot be used, with the place that is wrong.
public struct ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
    public var file: String
    /// Line in the file, from 1; 0 when the file as a whole is meant.
    public var line: Int
    /// Path of the field, such as `maps[0].key.size`.
    public var field: String
    public var message: String

    public var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        return field.isEmpty ? "\(place): \(message)" : "\(place): \(field): \(message)"
    }
}

/// Reads profiles from YAML; every error names line and field.
public struct ProfileReader {
    private let file: String
    private let node: Node
    private let path: String

    public static func profile(fromYAML text: String, file: String) throws(ProfileError) -> Profile {
        var roots: [Node] = []
        do {
            // Its errors are not thrown but kept.
            var documents = try Yams.compose_all(yaml: text)
            while let root = documents.next() { roots.append(root) }
            if let error = documents.error { throw error }
        } catch {
            throw ProfileError(notYAML: error, file: file)
        }
        guard roots.count <= 1 else {
            throw ProfileError(
                file: file, line: roots[1].mark?.line ?? 1, field: "",
                message: "\(roots.count) profiles in one file; choose one:  migrate discover --map NAME")
        }
        guard let root = roots.first else {
            throw ProfileError(file: file, line: 1, field: "", message: "the file is empty")
        }
        return try ProfileReader(file: file, node: root, path: "").profile()
    }

    private func profile() throws(ProfileError) -> Profile {
        try onlyKeys(["name", "summary", "members", "maps", "keep", "hook", "contract", "writers"])
        let hook = try required("hook")
        try hook.onlyKeys(["kind", "direction"])
        var maps: [Profile.LegacyMap] = []
        for item in try required("maps").items() { maps.append(try item.legacyMap()) }
        guard !maps.isEmpty else { throw failure("maps", "at least one map is needed") }
        var keep: [Profile.Kept] = []
        for item in try optional("keep")?.items() ?? [] {
            try item.onlyKeys(["pin", "program", "why"])
            let pin = try item.optional("pin")?.pin(), program = try item.optional("program")?.string()
            guard (pin == nil) != (program == nil) else { throw item.failure("", "either pin or program") }
            keep.append(.init(pin: pin, program: program, why: try item.required("why").string()))
        }
        let contract = try required("contract").contract()
        for map in maps where !contract.families.contains(map.key.family) {
            throw failure(
                "contract", "families lack \(map.key.family.rawValue), the family of the keys of \(map.title)")
        }
        try checkTwice(maps)
        let writers = optional("writers")
        try writers?.onlyKeys(["processes", "plugins"])
        return Profile(
            name: try required("name").string(),
            summary: try optional("summary")?.string() ?? "",
            members: try required("members").choice(),
            maps: maps,
            keep: keep,
            hook: .init(kind: try hook.required("kind").choice(), direction: try hook.required("direction").choice()),
            contract: contract,
            writers: .init(
                processes: try writers?.optional("processes")?.strings() ?? [],
                plugins: try writers?.optional("plugins")?.strings() ?? []))
    }

    private func legacyMap() throws(ProfileError) -> Profile.LegacyMap {
        try onlyKeys(["pin", "name", "key", "value"])
        let pin = try optional("pin")?.pin(), name = try optional("name")?.string()
        guard (pin == nil) != (name == nil) else { throw failure("", "either pin or name") }
        let key = try required("key")
        try key.onlyKeys(["size", "offset", "family", "byte_order"])
        let value = try required("value")
        try value.onlyKeys(["size", "ifindex_offset", "ifindex_width", "destination_mac_offset", "source_mac_offset"])
        let keyLayout = Profile.KeyLayout(
            size: try key.required("size").number(), offset: try key.optional("offset")?.number() ?? 0,
            family: try key.required("family").choice(), byteOrder: try key.optional("byte_order")?.choice() ?? .network
        )
        guard UInt64(keyLayout.offset) + UInt64(keyLayout.family.byteCount) <= UInt64(keyLayout.size) else {
            throw key.failure("offset", "the address ends behind the key's \(keyLayout.size) bytes")
        }
        let valueLayout = Profile.ValueLayout(
            size: try value.required("size").number(),
            ifindexOffset: try value.required("ifindex_offset").number(),
            ifindexWidth: try value.optional("ifindex_width")?.number() ?? 4,
            destinationMACOffset: try value.required("destination_mac_offset").number(),
            sourceMACOffset: try value.optional("source_mac_offset")?.number())
        guard [2, 4].contains(valueLayout.ifindexWidth) else {
            throw value.failure("ifindex_width", "2 or 4 bytes, not \(valueLayout.ifindexWidth)")
        }
        guard UInt64(valueLayout.ifindexOffset) + UInt64(valueLayout.ifindexWidth) <= UInt64(valueLayout.size) else {
            throw value.failure(
                "ifindex_offset", "the interface index ends behind the value's \(valueLayout.size) bytes")
        }
        guard UInt64(valueLayout.destinationMACOffset) + 6 <= UInt64(valueLayout.size) else {
            throw value.failure("destination_mac_offset", "the MAC ends behind the value's \(valueLayout.size) bytes")
        }
        guard UInt64(valueLayout.sourceMACOffset ?? 0) + 6 <= UInt64(valueLayout.size) else {
            throw value.failure("source_mac_offset", "the MAC ends behind the value's \(valueLayout.size) bytes")
        }
        try value.checkOverlap(valueLayout)
        return .init(pin: pin, name: name, key: keyLayout, value: valueLayout)
    }

    private func contract() throws(ProfileError) -> Profile.Contract {
        try onlyKeys(["families", "protocols", "on_failure", "on_miss", "control_block", "mark"])
        var block: Profile.ControlBlock?
        if let node = optional("control_block") {
            try node.onlyKeys(["index", "value"])
            block = .init(index: try node.required("index").number(), value: try node.required("value").number())
            guard let block, block.index <= 4 else { throw node.failure("index", "skb->cb has words 0 to 4") }
        }
        var families: [AddressFamily] = []
        for item in try required("families").items() { families.append(try item.choice()) }
        var protocols: [Profile.L4Protocol] = []
        for item in try required("protocols").items() { protocols.append(try item.choice()) }
        guard Set(families).count == families.count else { throw failure("families", "a family is named twice") }
        guard Set(protocols).count == protocols.count, protocols == [.any] || !protocols.contains(.any) else {
            throw failure("protocols", "a protocol is named twice; any includes the others")
        }
        guard !families.isEmpty else { throw failure("families", "at least one of ipv4, ipv6") }
        guard !protocols.isEmpty else { throw failure("protocols", "at least one of tcp, udp, any") }
        return .init(
            families: families, protocols: protocols, onFailure: try optional("on_failure")?.choice() ?? .pass,
            onMiss: try optional("on_miss")?.choice() ?? .ok, controlBlock: block, mark: try optional("mark")?.number())
    }
}

// One small reader per YAML shape; each knows where it stands.
extension ProfileReader {
    func failure(_ key: String, _ message: String) -> ProfileError {
        let at = node.mapping?[key]?.mark?.line ?? node.mark?.line ?? 1
        let name = path.isEmpty ? key : key.isEmpty ? path : "\(path).\(key)"
        return ProfileError(file: file, line: at, field: name, message: message)
    }

    fileprivate func onlyKeys(_ known: [String]) throws(ProfileError) {
        guard let mapping = node.mapping else { throw failure("", "a mapping is expected") }
        for key in mapping.keys {
            guard let name = key.string, known.contains(name) else {
                throw failure(key.string ?? "?", "unknown field; known are \(known.joined(separator: ", "))")
            }
        }
    }

    fileprivate func optional(_ key: String) -> ProfileReader? {
        guard let child = node.mapping?[key], child.null == nil else { return nil }
        return ProfileReader(file: file, node: child, path: path.isEmpty ? key : "\(path).\(key)")
    }

    fileprivate func required(_ key: String) throws(ProfileError) -> ProfileReader {
        guard let child = optional(key) else { throw failure(key, "missing") }
        return child
    }

    fileprivate func items() throws(ProfileError) -> [ProfileReader] {
        guard let sequence = node.sequence else { throw failure("", "a list is expected") }
        return sequence.enumerated().map { ProfileReader(file: file, node: $1, path: "\(path)[\($0)]") }
    }

    fileprivate func string() throws(ProfileError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw failure("", "a text is expected") }
        return text
    }

    fileprivate func strings() throws(ProfileError) -> [String] {
        var found: [String] = []
        for item in try items() { found.append(try item.string()) }
        return found
    }

    /// A pin's path: relative, and never upwards.
    fileprivate func pin() throws(ProfileError) -> String {
        let text = try string()
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard !text.hasPrefix("/"), !parts.contains(".."), !parts.contains("") else {
            throw failure("", "a path relative to the bpffs is expected, not \(text)")
        }
        return text
    }

    fileprivate func number() throws(ProfileError) -> UInt32 {
        let text = try string()
        let value = text.lowercased().hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
        guard let value else { throw failure("", "a number from 0 to 4294967295 is expected, not \(text)") }
        return value
    }

    fileprivate func choice<T: RawRepresentable & CaseIterable>() throws(ProfileError) -> T where T.RawValue == String {
        let text = try string()
        guard let value = T(rawValue: text) else {
            let known = T.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure("", "\(text) is not one of the known values: \(known)")
        }
        return value
    }
}
