import Model

/// What a command settles of earlier runs before it does what it was called for: should that be refused, it is not true any
/// more that nothing was changed.
final class Settled {
    private var done: [String] = []

    /// - Parameter what: in a clause, such as `run r-1234 was taken back`.
    func note(_ what: String) { done.append(what) }

    /// Lets errors of `body` say what was settled by then.
    func telling<T>(_ body: () throws(MigrateError) -> T) throws(MigrateError) -> T {
        do throws(MigrateError) { return try body() } catch {
            var error = error
            let nothing = "nothing was changed"
            guard !done.isEmpty, error.changed.hasPrefix(nothing) else { throw error }
            error.changed =
                done.joined(separator: ", ") + ", nothing else was changed" + error.changed.dropFirst(nothing.count)
            throw error
        }
    }
}
