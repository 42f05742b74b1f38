/// Network namespaces that a command made for itself: what it does in there changes nothing of the node.
///
/// A thread is in one from `unshare` until it enters another; a socket belongs for good to the namespace that its thread
/// was in when it was made.
struct OwnNamespaces {
    private var threads: Set<String> = []
    private var sockets: Set<Int> = []

    mutating func follow(_ call: SystemCall) {
        guard !call.failed else { return }
        switch call.name {
        case "unshare": if call.arguments.contains("CLONE_NEWNET") { threads.insert(call.thread) }
        case "setns": threads.remove(call.thread)
        case "socket": keep(call.number, threads.contains(call.thread))
        case "close": if let descriptor = call.descriptor { sockets.remove(descriptor) }
        case "dup", "dup2", "dup3": copied(call)
        case "fcntl": if call.arguments.contains("F_DUPFD") { copied(call) }
        default: break
        }
    }

    private mutating func keep(_ descriptor: Int?, _ isOwn: Bool) {
        guard let descriptor else { return }
        if isOwn { sockets.insert(descriptor) } else { sockets.remove(descriptor) }
    }

    private mutating func copied(_ call: SystemCall) {
        keep(call.number, call.descriptor.map(sockets.contains) ?? false)
    }

    /// Whether a call can concern only a namespace of its own.
    func contain(_ call: SystemCall) -> Bool {
        switch call.name {
        case "sendto", "sendmsg", "sendmmsg", "setsockopt":
            return call.descriptor.map(sockets.contains) ?? false
        case "open", "openat", "openat2":
            // Settings of the thread's namespace (`net_ctl_root`, net/sysctl_net.c).
            return threads.contains(call.thread) && call.arguments.contains("\"/proc/sys/net/")
                && !call.arguments.contains("..")
        default: return false
        }
    }
}
