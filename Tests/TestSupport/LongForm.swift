import Glibc

/// Tables with many alike rows: a part of them in `make test`, another one each time; all in `make test-long`
/// (`MIGRATE_TEST_LONG=1`).
public enum LongForm {
    public static let isAsked = getenv("MIGRATE_TEST_LONG") != nil

    /// All rows in the long form; else one in `stride`, from a random one on. Prints which.
    public static func rows<Row>(of all: [Row], oneIn stride: Int, _ what: String) -> [Row] {
        guard !isAsked else { return all }
        let first = Int.random(in: 0..<stride)
        print("\(what): \(all.count) rows; one in \(stride), from \(first) on")
        return Swift.stride(from: first, to: all.count, by: stride).map { all[$0] }
    }
}
