import Glibc
import Model

/// The directory of the database: root's alone, as everything in it decides what happens to packets.
///
/// Directory 0700, files 0600; SQLite gives its `-wal` and `-shm` the mode of the database. No umask is set, which would
/// be the whole process's. Once the directory is known to be nobody else's, names in it cannot be exchanged under us.
struct StateDirectory {
    /// Where the database is unless another place is asked for: the only directory that is made without being asked.
    static let standard = parent(of: Store.defaultPath)

    let path: String
    let databasePath: String
    private let isMade: Bool

    /// - Parameter standard: the one directory to make where it is missing.
    init(databasePath: String, standard: String = Self.standard) {
        self.databasePath = databasePath
        path = Self.parent(of: databasePath)
        isMade = path == standard
    }

    /// As dirname(1) has it: `/a/b` → `/a`, `/a` → `/`, `a` → `.`.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes the database where it is missing, and the directory where it is the usual one; refuses those that are not safe.
    func prepare() throws(MigrateError) {
        // SAFETY: here and below paths are C strings for the call, and stat fills the struct it is given.
        if isMade, unsafe mkdir(path, 0o700) != 0 && errno != EEXIST {
            throw refusal(errno, of: path, doing: "created")
        }
        try checkDirectory()
        if try !holdsFile() { try make() }
    }

    private func make() throws(MigrateError) {
        do {
            try NewDatabase(at: databasePath).make()
        } catch let failure as POSIXFailure {
            throw refusal(failure.number, of: databasePath, doing: "created")
        } catch {
            throw ErrorMapping(path: databasePath).migrateError(error, doing: "created")
        }
    }

    /// Whether there is a database to read; makes and changes nothing.
    func holdsDatabase() throws(MigrateError) -> Bool {
        var status = stat()
        if unsafe lstat(databasePath, &status) != 0 {
            if errno == ENOENT { return false }
            throw refusal(errno, of: databasePath, doing: "read")
        }
        try checkDirectory()
        return try holdsFile()
    }

    /// Whether there is a file with anything in it, which must be safe.
    private func holdsFile() throws(MigrateError) -> Bool {
        var status = stat()
        if unsafe lstat(databasePath, &status) != 0 {
            if errno == ENOENT { return false }
            throw refusal(errno, of: databasePath, doing: "read")
        }
        try checkFile()
        return status.st_size > 0
    }

    private func checkDirectory() throws(MigrateError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw refusal(errno, of: path, doing: "read") }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: break
        case S_IFLNK: throw unsafe("\(path) is a symbolic link.", elsewhere(path))
        default: throw unsafe("\(path) is not a directory.", elsewhere(path))
        }
        try checkOwner(status, of: path)
        if status.st_mode & 0o022 != 0 {
            // One that is meant for everybody, such as /tmp, is none to close.
            let isShared = status.st_mode & S_ISVTX != 0
            throw unsafe(
                "\(path) has mode \(octal(status.st_mode)): others can write to it.",
                isShared ? elsewhere(path) : "Close it to others:  chmod go-w \(path.shellWord)")
        }
    }

    private func checkFile() throws(MigrateError) {
        var status = stat()
        guard unsafe lstat(databasePath, &status) == 0 else { throw refusal(errno, of: databasePath, doing: "read") }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFLNK: throw unsafe("\(databasePath) is a symbolic link.", elsewhere(databasePath))
        default: throw unsafe("\(databasePath) is not a regular file.", elsewhere(databasePath))
        }
        try checkOwner(status, of: databasePath)
        if status.st_mode & 0o022 != 0 {
            throw unsafe(
                "\(databasePath) has mode \(octal(status.st_mode)): others can write to it.",
                "Close it to others:  chmod go-w \(databasePath.shellWord)")
        }
    }

    private func checkOwner(_ status: stat, of path: String) throws(MigrateError) {
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw unsafe("\(path) belongs to user \(status.st_uid).", elsewhere(path))
        }
    }

    private func octal(_ mode: mode_t) -> String { "0" + String(mode & 0o7777, radix: 8) }

    private func unsafe(_ fact: String, _ remedy: String) -> MigrateError {
        MigrateError(
            .badStateDirectory, "state directory \(path) is not safe to use", facts: [fact], remedy: remedy)
    }

    /// What stands where the usual one is to be is moved away, and made anew; instead of any other the usual one serves.
    private func elsewhere(_ what: String) -> String {
        isMade
            ? "Move it away, and a new one is made:  mv -T \(what.shellWord) \((what + ".old").shellWord)"
            : "Use the usual one:  \(TypedCommand.current.with("--db", Store.defaultPath))"
    }

    private func refusal(_ number: Int32, of path: String, doing verb: String) -> MigrateError {
        // SAFETY: the text is copied at once, and no other thread asks meanwhile.
        let fact = unsafe "\(path): \(String(cString: strerror(number)))."
        switch number {
        case ENOSPC, EDQUOT: return ErrorMapping(path: databasePath).full(facts: [fact])
        case EROFS:
            return ErrorMapping(path: databasePath).readOnly(facts: [fact])
        case EIO:
            return MigrateError(
                .databaseFailure, "database \(databasePath) could not be \(verb)", facts: [fact],
                remedy:
                    "See what its disk is, and what the kernel says of it (dmesg):  findmnt -T \(self.path.shellWord)")
        case EACCES, EPERM:
            return MigrateError(
                .needsRoot, "database \(databasePath) could not be \(verb)", facts: [fact],
                remedy: "Run the command as root:  \(TypedCommand.current.asRoot)")
        default:
            return MigrateError(
                .badStateDirectory, "database \(databasePath) could not be \(verb)", facts: [fact],
                remedy: "Make its directory:  install -d -m 0700 -o root -g root \(self.path.shellWord)")
        }
    }
}
