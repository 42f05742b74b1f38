import Model

/// What `explain` is asked about: a code, a word of documents, or an address.
enum ExplainSubject {
    case code(Code)
    case word(WordDocument)
    case address(IPAddress)

    init(_ text: String) throws(MigrateError) {
        if let address = IPAddress(text) {
            self = .address(address)
            return
        }
        if let word = WordDocument(text) {
            self = .word(word)
            return
        }
        let upper = text.uppercased()
        let digits = upper.hasPrefix("MIG") ? upper.dropFirst(3) : Substring(upper)
        if upper.hasPrefix("MIG") || (!digits.isEmpty && digits.allSatisfy(\.isNumber)) {
            guard let code = Code.all.first(where: { $0.text == "MIG\(digits)" }) else {
                throw MigrateError(
                    .usage, "cannot explain \(text)",
                    facts: ["there is no such code; they run from MIG1001 to MIG1901"],
                    remedy: "Copy it from the message's end:  migrate explain MIG1101")
            }
            self = .code(code)
            return
        }
        throw Self.noAddress(text)
    }

    private static func noAddress(_ text: String) -> MigrateError {
        var example = "10.9.0.4"
        let fact: String
        if let prefix = IPPrefix(text) {
            fact = "it is a network, and one address is explained at a time"
            example = prefix.address.description
        } else if let zone = text.firstIndex(of: "%"), IPAddress(String(text[..<zone])) != nil {
            fact = "a link-local address means something on one link only, and is no pod's"
        } else if text.contains(":") || text.allSatisfy({ $0.isNumber || $0 == "." || $0 == "/" }) {
            fact = "it is no IPv4 or IPv6 address in the usual writing"
        } else {
            fact = "it is neither a code nor an address, nor a word of docs/words.md; names are not looked up"
        }
        return MigrateError(
            .noAddress, "cannot explain \(text)", facts: [fact],
            remedy: "Name one address, or a code:  migrate explain \(example)")
    }
}
