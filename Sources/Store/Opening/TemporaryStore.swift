import GRDB
import Glibc
import Model

extension Store {
    /// A store that nobody else sees and that is gone with this object: for what is looked at once.
    ///
    /// SQLite keeps it in memory as far as its cache goes, and beyond that in a file without a name.
    /// - Parameter directory: where such files go: a verb that only looks writes nowhere but into its state directory.
    public static func temporary(in directory: String) throws(MigrateError) -> Store {
        // SAFETY: both are C strings for the call, which copies them.
        unsafe setenv("SQLITE_TMPDIR", directory, 1)
        do {
            let queue = try DatabaseQueue(path: "", configuration: Connection.temporary)
            try Schema.migrator.migrate(queue)
            return Store(path: directory + "/temporary", access: .readWrite, queue: queue)
        } catch {
            throw ErrorMapping(path: directory).migrateError(error, doing: "opened")
        }
    }
}
