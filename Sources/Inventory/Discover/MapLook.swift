import Kernel
import Model

/// A map as `discover` looks at it: its record, a sample of its entries, its pins.
struct MapLook {
    var record: MapRecord
    var samples: [MapEntry]
    /// Relative to the bpffs, sorted.
    var pins: [String]

    /// Entries looked at, at most: enough for shares in percent, and soon read.
    static let sampleLimit = 4096

    /// Why such a map is none of ours to judge, or `nil` when it is worth a look.
    var unfit: String? {
        switch record.type {
        case 1, 9, 11: break
        default: return "maps of type \(record.typeName) are not looked up by address"
        }
        if !(4...64).contains(record.keySize) { return "keys of \(record.keySize) bytes hold no address, or much else" }
        if !(8...256).contains(record.valueSize) {
            return "values of \(record.valueSize) bytes hold no interface index and MAC, or much else"
        }
        return nil
    }

    /// Every map of the machine, in the order of ids. What cannot be read is listed.
    static func all(bpffs: BPFFileSystem?, unobserved: inout [Unobserved]) throws(MigrateError) -> [MapLook] {
        var pins: [UInt32: [String]] = [:]
        for pin in bpffs?.pins() ?? [] where !pin.hasPrefix("migrate/") {
            if let path = bpffs?.path, let id = try? BPFMap(pin: path + "/" + pin).record.id {
                pins[id, default: []].append(pin)
            }
        }
        var reader = BTFReader()
        var found: [MapLook] = []
        for id in try reading("BPF maps", { () throws(KernelError) in try BPFMap.ids() }) {
            do throws(KernelError) {
                found.append(try look(at: id, pins: pins[id] ?? [], reader: &reader, unobserved: &unobserved))
            } catch {
                if error.errno == .noSuchFileOrDirectory { continue }
                unobserved.append(Unobserved(what: "map \(id)", why: error.description))
            }
        }
        return found
    }

    private static func look(
        at id: UInt32, pins: [String], reader: inout BTFReader, unobserved: inout [Unobserved]
    ) throws(KernelError) -> MapLook {
        let map = try BPFMap(id: id)
        var look = MapLook(record: map.record, samples: [], pins: pins)
        look.record.pin = pins.first
        do throws(KernelError) {
            look.record.layout = try reader.layout(of: map)
        } catch {
            unobserved.append(Unobserved(what: "types of map \(look.record.title) (id \(id))", why: error.description))
        }
        guard map.hasEntries else { return look }
        // Of what is no candidate a few entries show what is in it.
        let limit = look.unfit == nil ? sampleLimit : 3
        do throws(KernelError) {
            look.samples = try map.samples(limit: limit)
        } catch {
            unobserved.append(
                Unobserved(what: "entries of map \(look.record.title) (id \(id))", why: error.description))
        }
        look.record.entries = look.samples.count
        return look
    }

    /// The first entries, for people.
    func shown(_ count: Int) -> [DiscoveryDocument.Sample] { Self.shown(samples, record, count) }

    static func shown(_ entries: [MapEntry], _ record: MapRecord, _ count: Int) -> [DiscoveryDocument.Sample] {
        let isPerCPU = [5, 6, 10].contains(record.type)
        return entries.prefix(count).map { entry in
            DiscoveryDocument.Sample(
                key: entry.key.hex, value: entry.value.prefix(1024).hex,
                keyMembers: record.layout?.key?.decode(entry.key),
                valueMembers: record.layout?.value.map {
                    isPerCPU ? $0.decodePerCPU(entry.value) : [$0.decode(entry.value)]
                })
        }
    }
}
