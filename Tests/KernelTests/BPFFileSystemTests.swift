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
}
