import BPFObjects
import Model

/// The embedded control program, `bpf/control.bpf.c`, with a cell of its own.
public enum ControlObject {
    /// A new run's cell, in state `legacy`, and the program that makes its transitions. Both go with their descriptors
    /// unless somebody pins them; without a pin of the cell its timer is cancelled (`bpf_map_put_uref`, kernel/bpf/syscall.c).
    public struct Loaded: ~Copyable {
        fileprivate let object: LoadedObject

        public func control() throws(KernelError) -> BPFProgram {
            try BPFProgram(owning: try object.program("control"))
        }
        public func cell() throws(KernelError) -> BPFMap { try BPFMap(owning: try object.map("migrate_cell")) }
    }

    /// Throws with the verifier's words where this kernel lacks `bpf_timer` (5.15) or 64-bit `cmpxchg` (5.12).
    public static func load() throws(KernelError) -> Loaded {
        let object = try open(["control"])
        return Loaded(object: try object.load())
    }

    /// The program that only tells the time.
    static func loadClock() throws(KernelError) -> BPFProgram {
        let object = try open(["clock"])
        try object.leaveOut(map: "migrate_cell")
        let loaded = try object.load()
        return try BPFProgram(owning: try loaded.program("clock"))
    }

    private static func open(_ programs: [String]) throws(KernelError) -> BPFObject {
        // SAFETY: the image is a constant of the executable with the length it names.
        let image = unsafe UnsafeRawBufferPointer(
            start: migrate_control_image.bytes, count: migrate_control_image.count)
        let object = try unsafe BPFObject(image: image, name: "control")
        try object.select(programs: programs)
        try object.leaveOut(map: "migrate_slot")
        return object
    }
}
