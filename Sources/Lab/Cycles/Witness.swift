import CKernel
import CLibbpf
import Kernel
// The images are constant data; Swift cannot tell that from their type.
@unsafe @preconcurrency import LabObjects
import Model

/// The ledger's programs in the pods (`bpf/lab/witness.bpf.c`): who delivered each packet, by its number.
final class Witness: Sendable {
    /// What the ledger has the map say as source MAC, so that the legacy program's packets are known by it.
    static let legacyMAC = MACAddress(value: 0x0200_0000_1e9a)

    private let counters: BPFMap
    private let marks: BPFMap
    private let rows: UInt32

    /// Attaches to the pods' own devices; there until the lab goes.
    /// - Parameter numbers: of each flow, so many packets get a place in the table at least.
    init(in lab: LabNode, pods: [LabPod], flows: Int, numbers: UInt64) throws {
        rows = UInt32(numbers / UInt64(WITNESS_ROW) + 1)
        let table = try Self.makeTable(rows: rows * UInt32(flows))
        let loaded = try Self.load(table, rows: rows)
        marks = try BPFMap(owning: table)
        counters = try BPFMap(owning: try loaded.map("witnessed"))
        let sent = try loaded.program("witness_sent"), arrived = try loaded.program("witness_arrived")
        for pod in pods {
            try lab.enter(pod.namespace) {
                let device = try NodeBuilder.ifindex(pod.device)
                try TrafficControl.attach(program: sent, to: device, .egress)
                try TrafficControl.attach(program: arrived, to: device, .ingress, hasQdisc: true)
            }
        }
    }

    private static func makeTable(rows: UInt32) throws(LabError) -> OwnedDescriptor {
        // SAFETY: the name is read during the call only; no options.
        let raw = unsafe bpf_map_create(
            BPF_MAP_TYPE_ARRAY, "marks", 4, UInt32(MemoryLayout<witness_row>.size), rows, nil)
        return OwnedDescriptor(owning: try negated("make", "a table of \(rows) rows", raw))
    }

    private static func load(_ table: borrowing OwnedDescriptor, rows: UInt32) throws(KernelError) -> LoadedObject {
        let image = unsafe migrate_lab_witness_image
        // SAFETY: the image is constant and lives as long as the process.
        let object = try unsafe BPFObject(
            image: UnsafeRawBufferPointer(start: image.bytes, count: image.count), name: "witness")
        try object.reuse(map: "marks", descriptor: table)
        var config = witness_config()
        config.legacy = words(legacyMAC)
        config.kernel = words(LabAddresses.hostMAC)
        config.rows = rows
        try object.setConstants(config)
        return try object.load()
    }

    /// As they lie in a frame.
    private static func words(_ mac: MACAddress) -> (UInt16, UInt16, UInt16) {
        func word(_ index: Int) -> UInt16 {
            UInt16(bigEndian: UInt16(truncatingIfNeeded: mac.value >> UInt64(32 - 16 * index)))
        }
        return (word(0), word(1), word(2))
    }

    /// What was counted so far.
    func counts() throws(KernelError) -> WitnessCounts { WitnessCounts(try counters.perCPUSums()) }

    /// The bits of every numbered packet of every flow.
    func read() throws(KernelError) -> WitnessMarks {
        var words: [UInt64] = []
        words.reserveCapacity(Int(marks.record.maxEntries) * Int(WITNESS_WORDS))
        try marks.forEachBatch { batch in
            // SAFETY: the batch holds `count` rows of whole words.
            unsafe batch.values.withUnsafeBytes { bytes in
                for index in 0..<batch.count * Int(WITNESS_WORDS) {
                    words.append(unsafe bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
                }
            }
            return true
        }
        return WitnessMarks(words: words, wordsPerFlow: Int(rows) * Int(WITNESS_WORDS))
    }
}
