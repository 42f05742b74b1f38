import CLibbpf
import Glibc
import SystemPackage

/// A compiled BPF object before it is loaded: choose programs, maps and constants, then ``load()``.
@safe public struct BPFObject: ~Copyable {
    private let object: OpaquePointer
    private let name: String

    /// Reads the ELF image; `name` appears in errors only. Nothing reaches the kernel yet.
    public init(image: UnsafeRawBufferPointer, name: String) throws(KernelError) {
        self.name = name
        // SAFETY: libbpf copies what it keeps of the image.
        let (opened, log) = unsafe LibbpfLog.capturing {
            unsafe bpf_object__open_mem(image.baseAddress, image.count, nil)
        }
        guard let opened = unsafe opened else {
            throw KernelError.call("open", "object \(name)", Errno(rawValue: errno), detail: log)
        }
        unsafe object = opened
    }

    deinit {
        // SAFETY: `object` is open and no descriptor borrowed from it outlives this value.
        unsafe bpf_object__close(object)
    }

    /// Loads only these of the object's programs.
    public func select(programs: [String]) throws(KernelError) {
        var missing = Set(programs)
        var current: OpaquePointer? = nil
        while true {
            // SAFETY: programs belong to `object` and live as long as it does.
            unsafe current = bpf_object__next_program(object, current)
            guard let each = unsafe current else { break }
            let found = unsafe String(cString: bpf_program__name(each))
            missing.remove(found)
            try checked("select", "program \(found)", unsafe bpf_program__set_autoload(each, programs.contains(found)))
        }
        guard let first = missing.sorted().first else { return }
        throw KernelError.refused("select", "program \(first)", "object \(name) has none of this name")
    }

    /// Leaves a map out; programs that use it cannot be loaded then.
    public func leaveOut(map: String) throws(KernelError) {
        try checked("leave out", "map \(map)", unsafe bpf_map__set_autocreate(try find(map), false))
    }

    /// Loads a program as one that is meant for this attach type; 0 is none.
    func expect(attachType: UInt32, ofProgram program: String) throws(KernelError) {
        try checked(
            "set attach type of", "program \(program)",
            unsafe bpf_program__set_expected_attach_type(try find(program: program), bpf_attach_type(attachType)))
    }

    /// Uses an existing map in place of the object's own of that name.
    public func reuse(map: String, descriptor: borrowing OwnedDescriptor) throws(KernelError) {
        // libbpf duplicates the descriptor and takes sizes and type from the live map.
        try checked("reuse", "map \(map)", unsafe bpf_map__reuse_fd(try find(map), descriptor.raw))
    }

    /// Fills the object's constants, which must be `T` and nothing else.
    public func setConstants<T: BitwiseCopyable>(_ value: T) throws(KernelError) {
        let map = try unsafe find(".rodata")
        var size = 0
        _ = unsafe bpf_map__initial_value(map, &size)
        guard size == MemoryLayout<T>.size else {
            throw KernelError.refused(
                "set", "constants of \(name)", "\(size) bytes there, \(MemoryLayout<T>.size) given")
        }
        var copy = value
        // SAFETY: libbpf copies `size` bytes out of `copy`.
        try checked("set", "constants of \(name)", unsafe bpf_map__set_initial_value(map, &copy, size))
    }

    /// Loads what is selected. The verifier's last words are in the error's detail.
    public consuming func load() throws(KernelError) -> LoadedObject {
        _ = LoadingMemory.isSetUp
        // SAFETY: `object` is open.
        let (result, log) = LibbpfLog.capturing { unsafe bpf_object__load(object) }
        // libbpf frames the verifier's log (libbpf.c, bpf_object_load_prog); without one the kernel did not look at a program.
        if result < 0, log.contains("END PROG LOAD LOG") {
            throw KernelError.rejected("object \(name)", Errno(rawValue: -result), words: log)
        }
        try checked("load", "object \(name)", result, detail: log.isEmpty ? nil : log)
        return LoadedObject(object: self)
    }

    fileprivate func find(_ map: String) throws(KernelError) -> OpaquePointer {
        // SAFETY: the map belongs to `object`.
        guard let found = unsafe bpf_object__find_map_by_name(object, map) else {
            throw KernelError.refused("find", "map \(map)", "object \(name) has none of this name")
        }
        return unsafe found
    }

    private func find(program: String) throws(KernelError) -> OpaquePointer {
        // SAFETY: the program belongs to `object`.
        guard let found = unsafe bpf_object__find_program_by_name(object, program) else {
            throw KernelError.refused("find", "program \(program)", "object \(name) has none of this name")
        }
        return unsafe found
    }

    fileprivate func descriptor(ofProgram program: String) throws(KernelError) -> CInt {
        try checked("find", "program \(program)", unsafe bpf_program__fd(try find(program: program)))
    }

    fileprivate func descriptor(ofMap map: String) throws(KernelError) -> CInt {
        try checked("find", "map \(map)", unsafe bpf_map__fd(try find(map)))
    }
}

/// A loaded object: its programs are in the kernel, attached to nothing.
public struct LoadedObject: ~Copyable {
    private let object: BPFObject

    fileprivate init(object: consuming BPFObject) { self.object = object }

    /// A descriptor of a loaded program, independent of this object.
    public func program(_ name: String) throws(KernelError) -> OwnedDescriptor {
        try duplicate(try object.descriptor(ofProgram: name))
    }

    /// A descriptor of one of the object's maps, independent of this object.
    public func map(_ name: String) throws(KernelError) -> OwnedDescriptor {
        try duplicate(try object.descriptor(ofMap: name))
    }

    private func duplicate(_ raw: CInt) throws(KernelError) -> OwnedDescriptor {
        let copy = fcntl(raw, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw KernelError.call("duplicate", "descriptor", Errno(rawValue: errno)) }
        return OwnedDescriptor(owning: copy)
    }
}
