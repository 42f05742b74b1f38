import CLibbpf
import Glibc
import Kernel
// The image is constant data; Swift cannot tell that from its type.
@unsafe @preconcurrency import LabObjects

/// The deployment's programs and maps, loaded; closing drops all but what is pinned, attached or held.
@safe struct AmbientObject: ~Copyable {
    // SAFETY: used only below, between opening and closing.
    private let object: OpaquePointer

    private init(_ opened: OpaquePointer) { unsafe object = opened }

    static func load() throws(LabError) -> AmbientObject {
        LibbpfLog.capture()
        // SAFETY: the image is constant and lives as long as the process.
        let opened = unsafe bpf_object__open_mem(
            migrate_lab_ambient_image.bytes, migrate_lab_ambient_image.count, nil)
        guard let opened = unsafe opened else { throw Self.failure("open", "the deployment's object", -errno) }
        // SAFETY: the object was opened above, and from here on it has one owner.
        let object = unsafe AmbientObject(opened)
        let result = unsafe bpf_object__load(opened)
        if result < 0 { throw Self.failure("load", "the deployment's object", result) }
        return object
    }

    // SAFETY: closed once; nothing borrowed from it outlives this value.
    deinit { unsafe bpf_object__close(object) }

    /// Borrowed: valid as long as this value.
    func program(_ name: String) throws(LabError) -> CInt {
        // SAFETY: both only read the open object.
        guard let program = unsafe bpf_object__find_program_by_name(object, name) else {
            throw Self.failure("find", "program \(name)", -ENOENT)
        }
        return unsafe bpf_program__fd(program)
    }

    /// Borrowed: valid as long as this value.
    func map(_ name: String) throws(LabError) -> CInt {
        // SAFETY: reads the open object.
        try negated("find", "map \(name)", unsafe bpf_object__find_map_fd_by_name(object, name))
    }

    /// At `path`, whose directory is made.
    func pin(map name: String, at path: String) throws(LabError) {
        // SAFETY: both read the open object and the strings.
        guard let map = unsafe bpf_object__find_map_by_name(object, name) else {
            throw Self.failure("find", "map \(name)", -ENOENT)
        }
        let result = unsafe bpf_map__pin(map, path)
        if result < 0 { throw Self.failure("pin", path, result) }
    }

    /// Together with what libbpf said, the verifier's words among it.
    private static func failure(_ operation: String, _ subject: String, _ result: CInt) -> LabError {
        var error = LabError.call(operation, subject, .init(rawValue: -result))
        error.facts = LibbpfLog.take()
        return error
    }
}
