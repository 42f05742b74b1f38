import BPFObjects
import Model

/// The embedded replacement, `bpf/fib_redirect.bpf.c`.
public enum ReplacementObject {
    /// SHA-256 of the compiled object, as plan and `--version` show it.
    public static let digest: String = {
        // SAFETY: the image is a constant of the executable with the length it names.
        let bytes = unsafe UnsafeRawBufferPointer(
            start: migrate_fib_redirect_image.bytes, count: migrate_fib_redirect_image.count)
        return unsafe Digest.sha256(Array(bytes))
    }()

    /// Opens the object with these of its programs selected and its constants set; nothing is loaded yet.
    static func open(
        _ configuration: RedirectConfiguration, programs: [String], legacyMapID: UInt32?
    ) throws(KernelError) -> BPFObject {
        // SAFETY: as above.
        let image = unsafe UnsafeRawBufferPointer(
            start: migrate_fib_redirect_image.bytes, count: migrate_fib_redirect_image.count)
        let object = try unsafe BPFObject(image: image, name: "fib_redirect")
        try object.select(programs: programs)
        if programs.contains("fib_redirect_keys") {
            guard let legacyMapID else {
                throw KernelError.refused("load", "fib_redirect_keys", "it needs the legacy map")
            }
            let map = try BPFMap(id: legacyMapID)
            try object.reuse(map: "legacy_keys", descriptor: map.descriptor)
        } else {
            try object.leaveOut(map: "legacy_keys")
        }
        if !programs.contains(FIBProbe.program) {
            try object.leaveOut(map: "queries")
            try object.leaveOut(map: "cursor")
        }
        try object.setConstants(try configuration.constants())
        return object
    }

    /// Loads the replacement, attached to nothing. `legacyMapID` is the map whose keys `legacyKeys` asks for.
    public static func load(
        _ configuration: RedirectConfiguration, legacyMapID: UInt32?
    ) throws(KernelError) -> BPFProgram {
        let object = try open(configuration, programs: [configuration.program], legacyMapID: legacyMapID)
        let loaded = try object.load()
        return try BPFProgram(owning: try loaded.program(configuration.program))
    }

    /// Whether a program is a replacement of this or an earlier version, by name: of that the kernel keeps 15
    /// characters (`BPF_OBJ_NAME_LEN`), and its tag differs from kernel to kernel.
    public static func isOurs(_ program: ProgramReference) -> Bool {
        ["fib_redirect", "fib_redirect_ke"].contains(program.name)
    }

    /// Packets per outcome, summed over processors, of a loaded replacement; by ``RedirectOutcome`` name.
    public static func counters(ofProgram id: UInt32) throws(KernelError) -> [String: UInt64] {
        let program = try BPFProgram(id: id)
        var named: [String: UInt64] = [:]
        for mapID in program.record.mapIDs {
            let map = try BPFMap(id: mapID)
            guard map.record.name == "outcomes" else { continue }
            let sums = try map.perCPUSums()
            for outcome in RedirectOutcome.allCases where Int(outcome.rawValue) < sums.count {
                named[outcome.name] = sums[Int(outcome.rawValue)]
            }
        }
        return named
    }
}
