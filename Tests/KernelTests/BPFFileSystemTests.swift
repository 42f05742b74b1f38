import CLibbpf
import Glibc
import Model
import Testing
import TestSupport

@testable import Kernel

extension BPFTests {
    @Suite(.requires(.bpffs)) struct FileSystems {
        @Test func `pins are listed by their path below the mount, directories entered`() throws {
            let mount = try PrivateBPFFS()
            try shell("mkdir -p \(mount.path)/ambient/deeper")
            let map = try makeMap(BPF_MAP_TYPE_HASH, entries: 1)
            for name in ["ambient/app_info", "ambient/deeper/x", "top"] { try mount.pin(map, name) }
            let bpffs = try BPFFileSystem(path: mount.path)
            #expect(bpffs.pins() == ["ambient/app_info", "ambient/deeper/x", "top"])
            #expect(try BPFMap(pin: mount.path + "/ambient/app_info").record.id == view(map).record.id)
            #expect(bpffs.isHosts() != true)
        }

        @Test func `an empty mount has no pins`() throws {
            let mount = try PrivateBPFFS()
            #expect(try BPFFileSystem(path: mount.path).pins().isEmpty)
        }

        @Test func `any other directory is refused as no bpffs`() throws {
            let error = #expect(throws: KernelError.self) { _ = try BPFFileSystem(path: "/tmp") }
            #expect(error?.code == .refused)
            #expect(error?.description == "open bpffs /tmp: no bpffs is mounted there")
            let missing = #expect(throws: KernelError.self) { _ = try BPFFileSystem(path: "/nowhere") }
            #expect(missing?.errno == .noSuchFileOrDirectory)
        }

        @Test func `a pin of a program is no map, a pin of a map is no program`() throws {
            let mount = try PrivateBPFFS()
            let map = try makeMap(BPF_MAP_TYPE_HASH, entries: 1)
            let program = try ReplacementObject.load(Configurations.make())
            try mount.pin(map, "map")
            try mount.pin(program.descriptor, "program")

            let asMap = #expect(throws: KernelError.self) { _ = try BPFMap(pin: mount.path + "/program") }
            #expect(asMap?.description == "open pin \(mount.path)/program: it holds no map")
            let asProgram = #expect(throws: KernelError.self) { _ = try BPFProgram(pin: mount.path + "/map") }
            #expect(asProgram?.description == "open pin \(mount.path)/map: it holds no program")
            #expect(try BPFProgram(pin: mount.path + "/program").record.reference == program.record.reference)
        }

        @Test func `what is not pinned is ENOENT`() throws {
            let mount = try PrivateBPFFS()
            let error = #expect(throws: KernelError.self) { _ = try BPFMap(pin: mount.path + "/nothing") }
            #expect(error?.errno == .noSuchFileOrDirectory)
        }
    }

    struct HoldersTests {
        /// `sleep` with the map's descriptor as its number 9; ended with the value.
        struct Child: ~Copyable {
            let pid: pid_t

            init(holding map: borrowing OwnedDescriptor) throws {
                var actions = posix_spawn_file_actions_t()
                posix_spawn_file_actions_init(&actions)
                posix_spawn_file_actions_adddup2(&actions, map.raw, 9)
                defer { posix_spawn_file_actions_destroy(&actions) }
                var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
                defer { for argument in arguments { free(argument) } }
                var pid = pid_t()
                let spawned = posix_spawnp(&pid, "sleep", &actions, nil, &arguments, nil)
                try checked("spawn", "sleep", -spawned)
                self.pid = pid
            }

            deinit {
                kill(pid, SIGKILL)
                waitpid(pid, nil, 0)
            }
        }

        @Test func `another process that holds a map is found, this one is left out`() throws {
            let held = try makeMap(BPF_MAP_TYPE_HASH, entries: 1), free = try makeMap(BPF_MAP_TYPE_HASH, entries: 1)
            let ids = [try view(held).record.id, try view(free).record.id]
            let child = try Child(holding: held)
            // The child is between fork and exec for a moment.
            var holders: [UInt32: [MapRecord.Process]] = [:]
            for _ in 0..<100 {
                holders = Holders.ofMaps(Set(ids))
                if holders[ids[0]]?.contains(where: { $0.pid == child.pid && $0.command == "sleep" }) == true { break }
                usleep(20_000)
            }
            #expect(holders[ids[0]]?.filter { $0.pid == child.pid } == [.init(pid: child.pid, command: "sleep")])
            #expect(holders[ids[0]]?.contains { $0.pid == getpid() } != true)
            #expect(holders[ids[1]]?.contains { $0.pid == child.pid } != true)
        }

        @Test func `after its end it holds nothing`() throws {
            let map = try makeMap(BPF_MAP_TYPE_HASH, entries: 1)
            let id = try view(map).record.id
            do { _ = try Child(holding: map) }
            #expect(Holders.ofMaps([id])[id]?.contains { $0.command == "sleep" } != true)
        }
    }
}
