import Foundation
import Testing

/// The shape of a JSON document, as other programs meet it: looked at as text, not through the program's own types.
struct DocumentShape {
    let text: String
    private let root: Any

    init(_ text: String) throws {
        self.text = text
        root = try JSONSerialization.jsonObject(with: Data(text.utf8))
    }

    /// At a path such as `node.netns` or `hooks.0.program`.
    func value(_ path: String) -> Any? {
        path.split(separator: ".").reduce(root as Any?) { at, part in
            if let index = Int(part) { return (at as? [Any]).flatMap { $0.indices.contains(index) ? $0[index] : nil } }
            return (at as? [String: Any])?[String(part)]
        }
    }

    func keys(_ path: String = "") -> Set<String> {
        Set((value(path) as? [String: Any])?.keys.map { $0 } ?? [])
    }

    func text(_ path: String) -> String? { value(path) as? String }
    func number(_ path: String) -> Int? { value(path) as? Int }
    func count(_ path: String) -> Int { (value(path) as? [Any])?.count ?? -1 }

    /// Every key of the document that is not snake_case.
    var unusualKeys: [String] {
        let usual = #/[a-z0-9]+([_-][a-z0-9]+)*/#
        return Set(objects().flatMap { $0 }).filter { $0.wholeMatch(of: usual) == nil }.sorted()
    }

    /// Keys that come before one that sorts lower, in the order of the text.
    var unsortedKeys: [String] {
        objects().flatMap { keys in zip(keys, keys.dropFirst()).filter { $0.0 >= $0.1 }.map { "\($0.0) before \($0.1)" }
        }
    }

    /// The keys of every object, in the order of the text.
    private func objects() -> [[String]] {
        var finished: [[String]] = []
        var open: [[String]?] = []
        var rest = Substring(text)
        while let letter = rest.popFirst() {
            switch letter {
            case "{": open.append([])
            case "[": open.append(nil)
            case "}", "]": if let keys = open.removeLast() { finished.append(keys) }
            case "\"":
                var word = ""
                while let next = rest.popFirst(), next != "\"" {
                    word.append(next)
                    if next == "\\", let escaped = rest.popFirst() { word.append(escaped) }
                }
                if rest.drop(while: \.isWhitespace).first == ":", open.last.flatMap({ $0 }) != nil {
                    open[open.count - 1]?.append(word)
                }
            default: break
            }
        }
        return finished
    }
}
