/// By hand at tcx. bpftool cannot exchange a program there: attaching again would give another link and another
/// position. So these are the system calls themselves; position, link and neighbours stay.
extension BreakGlass {
    /// - Parameters:
    ///   - device: the interface as a word of the shell.
    ///   - link: the link's id, within a word in single quotes.
    static func tcx(_ place: Place, device: String, link: String?, pin: String) -> String {
        guard let link else { return withoutLink(place, device: device, pin: pin) }
        // BPF_LINK_UPDATE of BPF_LINK_GET_FD_BY_ID.
        return "python3 -c '\(opening); sys.exit(b(29,\"4I\",b(30,\"3I\",\(link),0,0),n,0,0))' \(pin)"
    }

    /// BPF_PROG_ATTACH with BPF_F_REPLACE, for each program that may be ours: the kernel takes only the one that is
    /// in the list.
    private static func withoutLink(_ place: Place, device: String, pin: String) -> String {
        let type = place.direction == .ingress ? 46 : 47
        let ours =
            place.replacementID.map {
                ([$0] + [place.plainID].compactMap { $0 }).map(String.init).joined(separator: " ")
            }
            ?? "$(bpftool prog show | sed -n 's/^\\([0-9]*\\): .* name fib_\\(redirect\\|switch\\).*/\\1/p')"
        return "python3 -c '\(opening); "
            + "i=socket.if_nametoindex(sys.argv[2]); "
            + "sys.exit(0 not in [b(8,\"6IQ\",i,n,\(type),4,b(13,\"3I\",int(x),0,0),0,0) for x in sys.argv[3:]])'"
            + " \(pin) \(device) \(ours)"
    }

    /// BPF_PROG_QUERY: whether the program is in the list. The kernel writes into all 64 bytes (`bpf_mprog_query`).
    static func tcxHolds(_ alike: Alike) -> String {
        let type = alike.place.direction == .ingress ? 46 : 47
        return "python3 -c '\(call)"
            + "a=(c.c_uint32*64)(); q=c.create_string_buffer(s.pack(\"4I6Q\",socket.if_nametoindex(sys.argv[1]),"
            + "\(type),0,0,c.addressof(a),64,0,0,0,0)); y(16,q,64); sys.exit(\(alike.program) not in list(a))'"
            + " \(alike.device)"
    }

    /// `y` is bpf(2).
    private static let call =
        "import ctypes as c,os,socket,struct as s,sys; "
        + "y=lambda *a: c.CDLL(None).syscall({\"x86_64\":321}.get(os.uname().machine,280),*a); "

    /// `b` is bpf(2), `n` a descriptor of the pinned program (BPF_OBJ_GET). -1, which no call returns as a
    /// descriptor, is refused as one by the next.
    private static let opening =
        "import ctypes as c,os,socket,struct as s,sys; "
        + "m=2**32-1; "
        + "b=lambda o,f,*a: c.CDLL(None).syscall({\"x86_64\":321}.get(os.uname().machine,280),"
        + "o,s.pack(f,a[0],*[v&m for v in a[1:]]),s.calcsize(f)); "
        + "p=c.create_string_buffer(os.fsencode(sys.argv[1])); n=b(7,\"Q2I\",c.addressof(p),0,0)"
}
