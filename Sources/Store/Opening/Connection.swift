import GRDB

/// How connections are set up.
enum Connection {
    /// Write-ahead log, every commit on the disk before it returns.
    ///
    /// GRDB's own `journalMode = .wal` sets `synchronous` to NORMAL afterwards, under which the last commits can go with a
    /// power cut; so both are set here.
    static var readWrite: Configuration {
        var configuration = common
        configuration.prepareDatabase { db in
            guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
                throw DatabaseError(
                    resultCode: .SQLITE_CANTOPEN, message: "no write-ahead log can be made beside the file")
            }
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // 4 MiB: entries are appended and never looked at again while they are written.
            try db.execute(sql: "PRAGMA cache_size = -4096")
        }
        return configuration
    }

    static var readOnly: Configuration {
        var configuration = common
        configuration.readonly = true
        return configuration
    }

    /// For a database without a name, which nothing survives anyway.
    static var temporary: Configuration {
        var configuration = common
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192")
        }
        return configuration
    }

    private static var common: Configuration {
        var configuration = Configuration()
        configuration.label = "migrate"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        return configuration
    }
}
