/// A plan has lists of up to 10,000, and is written three times: to be hashed, to be kept and to be shown.
extension PlanDocument: CanonicallyWritten {
    /// All but the long lists by `JSONEncoder`, those by hand, put where they belong.
    func writeCanonical() throws -> [UInt8] {
        var rest = self
        rest.entries = []
        rest.membership.lost = []
        rest.membership.widened = []
        var text = Splice(try JSON.encoded(rest))
        // Keys are sorted: this is their order in the document.
        try text.fill("entries", entries) { try $0.write(to: &$1) }
        try text.fill("lost", membership.lost) { try $0.write(to: &$1) }
        try text.fill("widened", membership.widened) { try $0.write(to: &$1) }
        return text.bytes
    }

    /// JSON whose empty lists are filled, from its beginning to its end.
    private struct Splice {
        private(set) var bytes: [UInt8]
        private var place = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        /// A list is known by its key and its total's, which follows. In JSON no string holds a quote that is not escaped,
        /// so these bytes are keys and nothing else.
        mutating func fill<Element>(
            _ key: String, _ elements: [Element], _ write: (Element, inout JSONText) throws -> Void
        ) throws {
            guard !elements.isEmpty else { return }
            let empty = Array("\"\(key)\":[],\"\(key)_total\":".utf8)
            guard let found = bytes[place...].firstRange(of: empty) else {
                throw MigrateError(.bug, "cannot write the plan", facts: ["no list \(key)"])
            }
            var text = JSONText()
            for (number, element) in elements.enumerated() {
                if number > 0 { text.raw(",") }
                try write(element, &text)
            }
            let inside = found.lowerBound + "\"\(key)\":[".utf8.count
            bytes.insert(contentsOf: text.bytes, at: inside)
            place = inside + text.bytes.count
        }
    }
}

extension PlanDocument.Destination {
    /// Keys in their order, as the canonical form has it.
    func write(to text: inout JSONText) throws {
        text.raw("{\"address\":")
        try text.append(address.description)
        text.raw(",\"interface\":")
        try text.append(interface)
        text.raw(",\"why\":")
        try text.append(why)
        text.raw("}")
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
