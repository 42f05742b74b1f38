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

    /// Loads the replacement, attached to nothing. `legacyMap` is the map whose keys `legacyKeys` asks for.
    public static func load(
        _ configuration: RedirectConfiguration, legacyMapID: UInt32?
    ) throws(KernelError) -> BPFProgram {
        // SAFETY: as above.
        let image = unsafe UnsafeRawBufferPointer(
            start: migrate_fib_redirect_image.bytes, count: migrate_fib_redirect_image.count)
        let object = try unsafe BPFObject(image: image, name: "fib_redirect")
        try object.select(program: configuration.program)
        if configuration.membership == .legacyKeys {
            guard let legacyMapID else {
                throw KernelError.refused("load", "fib_redirect_keys", "it needs the legacy map")
            }
            let map = try BPFMap(id: legacyMapID)
            try object.reuse(map: "legacy_keys", descriptor: map.descriptor)
        } else {
            try object.leaveOut(map: "legacy_keys")
        }
        try object.setConstants(try configuration.constants())
        let loaded = try object.load()
        return try BPFProgram(owning: try loaded.program(configuration.program))
    }

    /// Whether a program is a replacement of this or an earlier version, by name.
    public static func isOurs(_ program: ProgramReference) -> Bool { program.name.hasPrefix("fib_redirect") }

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
