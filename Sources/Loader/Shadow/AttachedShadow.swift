import Kernel
import Model
import SystemPackage

/// One shadow, and its links in front of the hooks of a group.
final class AttachedShadow {
    let reader: ShadowReader
    private let program: OpenProgram
    private var links: [HeldLink] = []

    private final class HeldLink {
        let descriptor: OwnedDescriptor
        init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
    }

    init(
        _ wanted: ShadowGroup, _ members: [EnrolledSet.Interface], in namespace: NetworkNamespace
    ) throws(KernelError) {
        let shadow = try Self.load(wanted.configuration, members, in: namespace)
        reader = try ShadowReader(shadow.counters, at: wanted.hooks, in: namespace)
        program = OpenProgram(shadow.takeProgram())
        try attach()
    }

    /// A set of enrolled interfaces is made as `apply` makes it; the program alone keeps it.
    private static func load(
        _ configuration: ShadowConfiguration, _ members: [EnrolledSet.Interface], in namespace: NetworkNamespace
    ) throws(KernelError) -> LoadedShadow {
        guard configuration.replacement.membership == .enrolled else {
            return try ShadowObject.load(configuration)
        }
        let set = try DeviceSet(room: EnrolledSet.room(for: members.count))
        _ = try namespace.run { () throws(KernelError) in
            try MemberSet.fill(set, members, netns: namespace.identity.cookie)
        }
        var told = configuration
        told.replacement.enrolledMap = set.map.record.id
        return try ShadowObject.load(told)
    }

    private func attach() throws(KernelError) {
        for hook in reader.hooks {
            let link = try reader.namespace.run { () throws(KernelError) in
                guard try TCXList.read(ifindex: hook.ifindex, direction: hook.direction) != nil else {
                    throw .unsupported("attach in front of", hook.title, "this kernel has no tcx (Linux 6.6)")
                }
                return HeldLink(try ShadowLink.attach(program.program, before: hook))
            }
            links.append(link)
        }
    }

    /// Closing the last descriptor waits until no packet is in the program any more (`tcx_link_release`, kernel/bpf/tcx.c).
    func detach() { links.removeAll() }

    // MARK: Whether it stands

    func disturbances() -> [String] {
        guard !links.isEmpty else { return [] }
        do throws(KernelError) {
            return try reader.namespace.run { () throws(KernelError) in
                var socket = try NetlinkSocket()
                var lines: [String] = []
                for hook in reader.hooks {
                    if let line = try Self.disturbance(at: hook, program.reference.id, &socket) {
                        lines.append(line)
                    }
                }
                return lines
            }
        } catch {
            return ["whether it stands cannot be read: \(error)"]
        }
    }

    private static func disturbance(
        at hook: Hook, _ shadow: UInt32, _ socket: inout NetlinkSocket
    ) throws(KernelError) -> String? {
        let now = try HookReader.current(hook, socket: &socket)
        if now?.program?.id != hook.program?.id {
            let found = now.map { "holds program \($0.program?.id ?? 0) now" } ?? "is gone"
            return "\(hook.title) held program \(hook.program?.id ?? 0) when it began, and \(found)"
        }
        let list = try TCXList.read(ifindex: hook.ifindex, direction: hook.direction)
        let stands = list?.entries.contains { $0.programID == shadow } ?? false
        return stands ? nil : "somebody took the shadow in front of \(hook.title) away"
    }
}
