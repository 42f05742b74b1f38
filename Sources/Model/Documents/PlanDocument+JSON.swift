/// A plan lists up to 10,000 entries, and is written three times: to be hashed, to be kept and to be shown.
extension PlanDocument: CanonicallyWritten {
    /// All but the entries by `JSONEncoder`, the entries by hand, put where they belong.
    func writeCanonical() throws -> [UInt8] {
        var rest = self
        rest.entries = []
        let bytes = try JSON.encoded(rest)
        guard !entries.isEmpty else { return bytes }
        // In JSON no string holds a quote that is not escaped, so these bytes are keys, and of the document itself.
        let place = Array("\"entries\":[],\"entries_total\":".utf8)
        guard let start = bytes.firstRange(of: place)?.lowerBound else { return try JSON.encoded(self) }
        var text = JSONText()
        for (number, entry) in entries.enumerated() {
            if number > 0 { text.raw(",") }
            try entry.write(to: &text)
        }
        let inside = start + "\"entries\":[".utf8.count
        return bytes[..<inside] + text.bytes + bytes[inside...]
    }
}

extension Finding {
    /// Keys in their order, what is `nil` left out: as the canonical form has it.
    func write(to text: inout JSONText) throws {
        text.raw("{\"address\":")
        try text.append(address.description)
        text.raw(",\"effect\":")
        try text.append(effect.rawValue)
        text.raw(",\"kernel\":{")
        if let gateway = kernel.gateway {
            text.raw("\"gateway\":")
            try text.append(gateway.description)
            text.raw(",")
        }
        if let ifindex = kernel.ifindex {
            text.raw("\"ifindex\":")
            text.append(ifindex)
            text.raw(",")
        }
        if let interface = kernel.interface {
            text.raw("\"interface\":")
            try text.append(interface)
            text.raw(",")
        }
        text.raw("\"lookup\":")
        try text.append(kernel.lookup)
        if let mac = kernel.mac {
            text.raw(",\"mac\":")
            try text.append(mac.description)
        }
        text.raw("},\"legacy\":{\"ifindex\":")
        text.append(legacy.ifindex)
        if let interface = legacy.interface {
            text.raw(",\"interface\":")
            try text.append(interface)
        }
        text.raw(",\"mac\":")
        try text.append(legacy.mac.description)
        text.raw("},\"note\":")
        try text.append(note)
        text.raw(",\"verdict\":")
        try text.append(verdict.rawValue)
        text.raw("}")
    }
}
