import BPFObjects
import Model

/// The embedded replacement, `bpf/fib_redirect.bpf.c`.
public enum ReplacementObject {
    /// SHA-256 of the compiled objects, this one and the control program's, as plan and `--version` show it.
    public static let digest: String = {
        // SAFETY: the images are constants of the executable with the lengths they name.
        let redirect = unsafe UnsafeRawBufferPointer(
            start: migrate_fib_redirect_image.bytes, count: migrate_fib_redirect_image.count)
        let control = unsafe UnsafeRawBufferPointer(
            start: migrate_control_image.bytes, count: migrate_control_image.count)
        return unsafe Digest.sha256(Array(redirect) + Array(control))
    }()

    /// Opens the object with these of its programs selected and its constants set; nothing is loaded yet.
    /// - Parameter wiring: gives a switch its cell and its slot; without it both are left out.
    static func open(
        _ configuration: RedirectConfiguration, programs: [String],
        wiring: (borrowing BPFObject) throws(KernelError) -> Void = unwired
    ) throws(KernelError) -> BPFObject {
        // SAFETY: as above.
        let image = unsafe UnsafeRawBufferPointer(
            start: migrate_fib_redirect_image.bytes, count: migrate_fib_redirect_image.count)
        let object = try unsafe BPFObject(image: image, name: "fib_redirect")
        try object.select(programs: programs)
        try setEnrolled(configuration, of: object, isUsed: programs.contains(enrolledProgram))
        let isSwitched = programs.contains { $0.hasPrefix(switchPrefix) }
        let asksKeys = isSwitched || programs.contains(keyProgram)
        let tries = try setKeyMaps(asksKeys ? configuration.keys : [], of: object, standIns: "legacy_keys")
        try setPlanned(configuration, of: object, isUsed: isSwitched)
        if programs.contains(keyProgram) && configuration.keys.isEmpty {
            throw KernelError.refused("load", keyProgram, "it needs the legacy map")
        }
        if !programs.contains(FIBProbe.program) {
            try object.leaveOut(map: "queries")
            try object.leaveOut(map: "cursor")
        }
        try wiring(object)
        try object.setConstants(try configuration.constants(tries: tries))
        return object
    }

    /// For programs that are no switch.
    static func unwired(_ object: borrowing BPFObject) throws(KernelError) {
        try object.leaveOut(map: "migrate_cell")
        try object.leaveOut(map: "migrate_slot")
    }

    static let switchPrefix = "fib_switch"
    static let keyProgram = RedirectConfiguration.program(for: .legacyKeys)
    static let enrolledProgram = RedirectConfiguration.program(for: .enrolled)

    /// Puts the set of interfaces in its stand-in's place; only a program that asks it refers to one.
    static func setEnrolled(
        _ configuration: RedirectConfiguration, of object: borrowing BPFObject, isUsed: Bool
    ) throws(KernelError) {
        guard isUsed else { return try object.leaveOut(map: "enrolled") }
        guard let id = configuration.enrolledMap else { return }
        let map = try BPFMap(id: id)
        guard map.record.isDeviceSet else {
            throw KernelError.refused(
                "ask", "map \(id)", "it is of type \(map.record.typeName), and no set of interfaces by their indexes")
        }
        try object.reuse(map: "enrolled", descriptor: map.descriptor)
    }

    /// Puts the run's own sets in their stand-ins' places, and leaves out what only a switch counts. A trial without a set plans
    /// nothing, so that nothing can fail.
    private static func setPlanned(
        _ configuration: RedirectConfiguration, of object: borrowing BPFObject, isUsed: Bool
    ) throws(KernelError) {
        guard isUsed else {
            try object.leaveOut(map: "failures")
            try object.leaveOut(map: "planned_devices")
            return try object.leaveOut(map: "planned")
        }
        guard let planned = configuration.planned else { return }
        try object.reuse(map: "planned", descriptor: try BPFMap(id: planned.map).descriptor)
        try object.reuse(map: "planned_devices", descriptor: try BPFMap(id: planned.devices).descriptor)
    }

    /// Puts each family's legacy map in its stand-in's place, and leaves out those of families that have none.
    /// - Parameter standIns: their name in the object, without the digit of the family.
    /// - Returns: ids of those that are LPM tries, whose keys begin with a prefix length.
    static func setKeyMaps(
        _ keys: [RedirectConfiguration.LegacyKeys], of object: borrowing BPFObject, standIns: String
    ) throws(KernelError) -> Set<UInt32> {
        var tries: Set<UInt32> = []
        for (family, standIn) in [(AddressFamily.ipv4, standIns + "4"), (.ipv6, standIns + "6")] {
            let mine = keys.filter { $0.layout.family == family }
            guard let key = mine.first else {
                try object.leaveOut(map: standIn)
                continue
            }
            guard mine.count == 1 else {
                throw KernelError.refused(
                    "load", standIn, "one map can be asked for \(family.rawValue) keys, not \(mine.count)")
            }
            let map = try BPFMap(id: key.mapID)
            guard map.record.keySize == key.layout.size, map.record.keySize <= UInt32(MIGRATE_KEY_MAX) else {
                throw KernelError.refused(
                    "ask", "map \(key.mapID)",
                    "its keys have \(map.record.keySize) bytes; the profile says \(key.layout.size), \(MIGRATE_KEY_MAX) fit"
                )
            }
            if map.record.isTrie { tries.insert(key.mapID) }
            try object.reuse(map: standIn, descriptor: map.descriptor)
        }
        return tries
    }

    /// Loads the replacement, attached to nothing.
    public static func load(_ configuration: RedirectConfiguration) throws(KernelError) -> BPFProgram {
        guard configuration.membership != .enrolled || configuration.enrolledMap != nil else {
            throw KernelError.refused("load", enrolledProgram, "it needs the set of interfaces")
        }
        let object = try open(configuration, programs: [configuration.program])
        let loaded = try object.load()
        return try BPFProgram(owning: try loaded.program(configuration.program))
    }

    /// Whether a program is a replacement of this or an earlier version, by name: of that the kernel keeps 15
    /// characters (`BPF_OBJ_NAME_LEN`), and its tag differs from kernel to kernel.
    public static func isOurs(_ program: ProgramReference) -> Bool {
        ["fib_redirect", "fib_redirect_ke", "fib_redirect_en"].contains(program.name) || isSwitch(program)
    }

    /// Whether it is one that begins with the switch's prologue.
    public static func isSwitch(_ program: ProgramReference) -> Bool {
        ["fib_switch", "fib_switch_keys", "fib_switch_enro", "fib_switch_look"].contains(program.name)
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
            guard isSwitch(program.record.reference) else { continue }
            for count in SwitchCount.allCases where Int(count.rawValue) < sums.count {
                named[count.name] = sums[Int(count.rawValue)]
            }
        }
        return named
    }
}
