import CLibbpf
import Glibc
import Model
import Testing
import TestSupport

@testable import Kernel

extension BPFTests {
    struct HolderTests {
        @Test func `another process that holds a map is found, this one is left out`() throws {
            let held = try makeMap(BPF_MAP_TYPE_HASH, entries: 1), free = try makeMap(BPF_MAP_TYPE_HASH, entries: 1)
            let ids = [try view(held).record.id, try view(free).record.id]
            let child = try Holder(of: held)
            let holders = Holders()
            #expect(holders.maps[ids[0]] == [.init(pid: child.pid, command: "sleep", writable: true)])
            #expect(holders.maps[ids[1]] == nil)
        }

        @Test func `a descriptor that was opened read-only cannot write`() throws {
            let map = try makeMap(BPF_MAP_TYPE_HASH, entries: 1)
            let id = try view(map).record.id
            let readOnly = try BPFMap(id: id)
            let reader = try Holder(of: readOnly.descriptor)
            #expect(Holders().maps[id] == [.init(pid: reader.pid, command: "sleep", writable: false)])
            let writer = try Holder(of: map)
            #expect(
                Holders().maps[id]?.sorted { $0.pid < $1.pid }
                    == [
                        .init(pid: reader.pid, command: "sleep", writable: false),
                        .init(pid: writer.pid, command: "sleep", writable: true),
                    ].sorted { $0.pid < $1.pid })
        }

        @Test func `holders of programs and links`() throws {
            let node = try NetworkNamespace.withVeth("v")
            let program = try xdpProgram()
            let link = try node.linkXDP(program, to: "v")
            let id = try BPFLink(owning: copy(of: link)).record.id
            // A descriptor that came with the link is named otherwise than one that was opened later.
            let holder = try Holder(of: link), other = try Holder(of: program.descriptor)
            let later = try Holder(of: try BPFLink(id: id).descriptor)
            let holders = Holders()
            #expect(Set(holders.links[id]?.map(\.pid) ?? []) == [holder.pid, later.pid])
            #expect(holders.links[id]?.allSatisfy { $0.command == "sleep" && $0.writable == nil } == true)
            #expect(holders.programs[program.record.id] == [.init(pid: other.pid, command: "sleep")])
        }

        @Test func `after its end it holds nothing`() throws {
            let map = try makeMap(BPF_MAP_TYPE_HASH, entries: 1)
            let id = try view(map).record.id
            do { _ = try Holder(of: map) }
            #expect(Holders().maps[id] == nil)
        }

        @Test func `processes that may not be looked at are said`() async {
            await #expect(processExitsWith: .success) {
                guard setuid(65534) == 0 else { exit(2) }
                let closed = Holders().unobserved
                let isSaid = closed.contains { $0.what.hasPrefix("descriptors of process 1 (") && !$0.why.isEmpty }
                exit(isSaid ? 0 : 3)
            }
        }

        @Test(arguments: [
            ("flags:\t02000000\nmap_id:\t7\n", false), ("flags:\t02000002\nmap_id:\t7\n", true),
            ("flags:\t02000001\nmap_id:\t7\n", true), ("map_id:\t7\n", true),
        ]) func `access is the last two bits of the flags`(_ text: String, _ isWritable: Bool) {
            let object = ProcessDescriptors.Object(text, kind: .map)
            #expect(object == .init(kind: .map, id: 7, isWritable: isWritable))
        }

        @Test(arguments: ["", "map_id:\n", "map_id:\tx\n", "map_id\t7\n", "prog_id:\t7\n", "map_id:\t4294967296\n"])
        func `without a map's id there is no map`(_ text: String) {
            #expect(ProcessDescriptors.Object(text, kind: .map) == nil)
        }
    }

    @Suite(.requires(.bpffs)) struct Pins {
        @Test func `pins are known by what they hold`() throws {
            let mount = try PrivateBPFFS()
            let node = try NetworkNamespace.withVeth("v")
            let map = try makeMap(BPF_MAP_TYPE_HASH, entries: 1)
            let program = try xdpProgram()
            let link = try node.linkXDP(program, to: "v")
            try shell("mkdir \(mount.path)/deep")
            try mount.pin(map, "map")
            try mount.pin(program.descriptor, "deep/program")
            try mount.pin(link, "deep/link")
            try mount.pin(link, "again")
            let pins = BPFPins(try BPFFileSystem(path: mount.path))
            #expect(pins.maps == [try view(map).record.id: ["map"]])
            #expect(pins.programs == [program.record.id: ["deep/program"]])
            #expect(pins.links == [try BPFLink(owning: copy(of: link)).record.id: ["again", "deep/link"]])
            #expect(pins.unobserved == [])
        }

        @Test func `what cannot be opened is said, what is gone is not`() throws {
            let mount = try PrivateBPFFS()
            try shell("ln -s /etc/passwd \(mount.path)/odd; ln -s /nowhere \(mount.path)/gone")
            let pins = BPFPins(try BPFFileSystem(path: mount.path))
            #expect(pins.unobserved.map(\.what) == ["pin \(mount.path)/odd"])
            #expect(pins.maps.isEmpty && pins.programs.isEmpty && pins.links.isEmpty)
        }
    }
}

/// Another descriptor of the same object.
func copy(of descriptor: borrowing OwnedDescriptor) throws -> OwnedDescriptor {
    OwnedDescriptor(owning: try checked("copy", "descriptor", fcntl(descriptor.raw, F_DUPFD_CLOEXEC, 3)))
}
