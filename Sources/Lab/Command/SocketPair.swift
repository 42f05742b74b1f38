import Glibc
import Kernel

/// Two connected stream sockets, close-on-exec from the start.
///
/// Used where a pipe would do: pipe2() is not in Swift's Glibc module, and a pipe that becomes close-on-exec
/// a moment later can be inherited by a process that another thread starts in between.
struct SocketPair: ~Copyable {
    let ours: OwnedDescriptor
    let theirs: OwnedDescriptor

    init() throws(LabError) {
        var pair: [CInt] = [-1, -1]
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        // SAFETY: socketpair() writes two ints.
        try checked("make", "socket pair", unsafe socketpair(AF_UNIX, type, 0, &pair))
        ours = OwnedDescriptor(owning: pair[0])
        theirs = OwnedDescriptor(owning: pair[1])
    }

    /// Keeps our end; the other one is closed (the child has its own copy).
    consuming func keepOurs() -> OwnedDescriptor { ours }
}
