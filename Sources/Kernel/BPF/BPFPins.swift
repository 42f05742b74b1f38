import CLibbpf
import Glibc
import Model
import SystemPackage

/// What is pinned below one bpffs, by the ids of what the pins hold.
public struct BPFPins: Sendable {
    /// Paths relative to the bpffs, sorted.
    public var maps: [UInt32: [String]] = [:]
    public var programs: [UInt32: [String]] = [:]
    public var links: [UInt32: [String]] = [:]
    /// Directories and pins that could not be opened.
    public var unobserved: [Unobserved] = []

    /// Opens every pin once, maps read-only. Pins that go away meanwhile are left out.
    public init(_ bpffs: BPFFileSystem) {
        let walk = bpffs.walk()
        unobserved = walk.unobserved
        for pin in walk.pins {
            let path = bpffs.path + "/" + pin
            do throws(KernelError) { try add(pin, path: path) } catch {
                if error.errno == .noSuchFileOrDirectory { continue }
                unobserved.append(Unobserved(what: "pin \(path)", why: error.description))
            }
        }
    }

    private mutating func add(_ pin: String, path: String) throws(KernelError) {
        let file = try Self.open(path)
        switch DescriptorKind.of(file.raw) {
        case .map: maps[try BPFMap(owning: file).record.id, default: []].append(pin)
        case .program: programs[try BPFProgram(owning: file).record.id, default: []].append(pin)
        case .link: links[try BPFLink(owning: file).record.id, default: []].append(pin)
        case nil: throw .refused("open", "pin \(path)", "it holds neither map nor program nor link")
        }
    }

    private static func open(_ path: String) throws(KernelError) -> OwnedDescriptor {
        // SAFETY: libbpf reads the path during the calls only.
        var raw = unsafe migrate_pin_read_only(path)
        // Links, and on some kernels programs, cannot be opened read-only (`bpf_obj_get_user`, kernel/bpf/inode.c).
        if raw == -EINVAL { raw = unsafe bpf_obj_get(path) }
        return OwnedDescriptor(owning: try checked("open", "pin \(path)", raw))
    }
}
