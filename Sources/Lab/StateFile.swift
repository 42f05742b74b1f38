import Glibc
import Model
import SystemPackage

/// Where labs are registered: one file per name, readable by root only.
enum StateFile {
    static let directory = "/run/migrate-lab"

    static func path(_ name: String) -> String { "\(directory)/\(name).json" }

    /// The lab of that name, if its keeper is alive. A file without its process counts as nothing.
    static func read(_ name: String) -> LabState? {
        guard let text = try? TextFile.read(path(name)),
            let state = try? JSON.decode(LabState.self, from: Array(text.utf8)), state.keeper.isAlive
        else { return nil }
        return state
    }

    static func write(_ state: LabState) throws(LabError) {
        let text: String
        do { text = try JSON.pretty(state) } catch { throw LabError(.system, "encode the state: \(error)") }
        try TextFile.replace(path(state.options.name), with: text + "\n")
    }

    /// Registers the calling process, unless a lab of that name is up: of two that try at once, one wins.
    static func claim(_ state: LabState) throws(LabError) {
        let lock = try locked()
        defer { try? lock.close() }
        if let other = read(state.options.name) { throw .alreadyUp(other) }
        try write(state)
    }

    /// Forgets a lab that is down; the directory goes with the last one.
    static func remove(_ name: String) {
        // Under the lock: another lab may be about to write into the directory.
        let lock = try? locked()
        defer { try? lock?.close() }
        // SAFETY: both only read the path; what is not there needs no removing.
        unsafe unlink(path(name))
        unsafe rmdir(directory)
    }

    /// The directory, locked; again when the last lab took it away before the lock was ours.
    private static func locked() throws(LabError) -> FileDescriptor {
        while true {
            try makeDirectory()
            let lock: FileDescriptor
            do {
                lock = try .open(FilePath(directory), .readOnly, options: [.directory, .closeOnExec])
            } catch {
                if error as? Errno == .noSuchFileOrDirectory { continue }
                throw .call("open", directory, error as? Errno ?? .ioError)
            }
            var info = stat()
            // SAFETY: fstat() fills the structure it is given.
            if flock(lock.rawValue, LOCK_EX) == 0, unsafe fstat(lock.rawValue, &info) == 0, info.st_nlink > 0 {
                return lock
            }
            try? lock.close()
        }
    }

    private static func makeDirectory() throws(LabError) {
        // SAFETY: mkdir() and lstat() read the path, and lstat() fills the structure it is given.
        guard unsafe mkdir(directory, 0o700) != 0 else { return }
        let cause = errno
        guard cause == EEXIST else { throw .call("make", directory, Errno(rawValue: cause)) }
        var info = stat()
        try checked("look at", directory, unsafe lstat(directory, &info))
        guard info.st_mode & S_IFMT == S_IFDIR, info.st_uid == 0, info.st_mode & 0o022 == 0 else {
            throw LabError(.system, "use \(directory)", facts: ["it must be root's own directory, and no link"])
        }
    }
}

extension LabError {
    static func alreadyUp(_ other: LabState) -> LabError {
        LabError(
            .alreadyUp, "a lab named \(other.options.name) is up", facts: ["its keeper is process \(other.keeper.pid)"],
            remedy: "Take it down:  migrate-lab down --name \(other.options.name)")
    }
}
