extension BTF {
    /// Offsets, in bytes, of the members of the structure with this name, those of unnamed structures inside it among them;
    /// `nil` where there is none. Bitfields are left out.
    func structure(_ wanted: String) -> [String: Int]? {
        bytes.withSpan { span in
            for id in offsets.indices {
                guard let type = try? type(UInt32(id + 1), in: span), type.kind == .structure,
                    (try? text(type.name, in: span)) == wanted
                else { continue }
                var found: [String: Int] = [:]
                collect(type, from: 0, depth: 0, in: span, into: &found)
                return found
            }
            return nil
        }
    }

    private func collect(
        _ type: BTFType, from start: Int, depth: Int, in span: RawSpan, into found: inout [String: Int]
    ) {
        guard depth < 8 else { return }
        for index in 0..<type.count {
            // struct btf_member: name, type, offset in bits, of which the upper eight are a bitfield's size under kind_flag.
            let place = type.trailing + 12 * index
            guard let name = try? span.word(at: place), let member = try? span.word(at: place + 4),
                let bits = try? span.word(at: place + 8)
            else { return }
            let offset = start + Int(type.flag ? bits & 0xff_ffff : bits) / 8
            if name != 0 {
                if let text = try? text(name, in: span), found[text] == nil { found[text] = offset }
            } else if let inner = try? self.type(member, in: span), inner.kind == .structure || inner.kind == .union {
                collect(inner, from: offset, depth: depth + 1, in: span, into: &found)
            }
        }
    }
}
