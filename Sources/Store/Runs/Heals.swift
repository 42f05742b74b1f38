import GRDB
import Model

extension Store {
    /// Runs that `watch --heal` began: of a plan that an operator applied before, and of one hook each.
    public func heals() throws(MigrateError) -> Set<String> {
        try read { db in
            let sql = "SELECT run_id FROM commands WHERE number = 1 AND json_extract(command, '$.arguments[0]') = 'watch'"
            return try String.fetchSet(db, sql: sql)
        }
    }
}
