import GRDB
import Glibc
import Model

/// Makes the file with all its tables beside its place, and moves it there when it is whole: wherever the power goes, there
/// is no database or a whole one.
///
/// Ways considered: tables made in place, one transaction for each migration (a cut between two leaves what is neither
/// nothing nor a database, with SQLite's rollback journal beside it, which nobody who only reads can settle); all of them in
/// one transaction (GRDB has one for each); this.
struct NewDatabase {
    let path: String
    private var beside: String { path + ".new" }

    init(at path: String) { self.path = path }

    /// - Throws: `POSIXFailure`, or what SQLite says.
    func make() throws {
        while try !attempt() {}
    }

    /// - Returns: false if somebody else removed the file while this one waited for its lock.
    private func attempt() throws -> Bool {
        // SAFETY: here and below paths are C strings for the call, and stat fills the struct it is given.
        let descriptor = unsafe Glibc.open(beside, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXFailure(number: errno) }
        // Closed last: that drops SQLite's own locks on the file (fcntl(2)), of which there are none any more.
        defer { close(descriptor) }
        // One after the other: whoever waited finds the work done.
        guard flock(descriptor, LOCK_EX) == 0 else { throw POSIXFailure(number: errno) }
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_size > 0 {
            unsafe unlink(beside)
            return true
        }
        // The lock is on the file, not on its name: a making that failed took the name away, and a third may have it anew.
        guard isStillBeside(descriptor) else { return false }
        do {
            try fill(descriptor)
            try move()
        } catch {
            removeAll()
            throw error
        }
        return true
    }

    private func isStillBeside(_ descriptor: CInt) -> Bool {
        var opened = stat()
        var named = stat()
        guard unsafe fstat(descriptor, &opened) == 0, unsafe lstat(beside, &named) == 0 else { return false }
        return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
    }

    private func fill(_ descriptor: CInt) throws {
        // What one that did not come to its end left.
        removeCompanions()
        // The umask may only have taken bits away from 0600; put them back.
        guard ftruncate(descriptor, 0) == 0, fchmod(descriptor, 0o600) == 0 else { throw POSIXFailure(number: errno) }
        let queue = try DatabaseQueue(path: beside, configuration: Connection.readWrite)
        try Schema.migrator.migrate(queue)
        // Moves all of it into the one file, and to the disk.
        try queue.close()
    }

    private func move() throws {
        guard unsafe rename(beside, path) == 0 else { throw POSIXFailure(number: errno) }
        let directory = unsafe Glibc.open(StateDirectory.parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw POSIXFailure(number: errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw POSIXFailure(number: errno) }
    }

    private func removeAll() {
        removeCompanions()
        _ = unsafe unlink(beside)
    }

    private func removeCompanions() {
        for suffix in ["-journal", "-wal", "-shm"] { _ = unsafe unlink(beside + suffix) }
    }
}

/// What a call answered.
struct POSIXFailure: Error {
    var number: CInt
}
