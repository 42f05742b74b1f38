import CLibbpf
import Model

extension BPFMap {
    /// SHA-256 over every entry, in the order of their keys: the same for the same contents.
    ///
    /// - Throws: `refused` for maps that have no entries to read.
    public func contentsDigest() throws(KernelError) -> String {
        var found: [MapEntry] = []
        if isPlain {
            found = try entries()
        } else if isPerCPU {
            found = try samples(limit: Int(record.maxEntries))
        } else {
            throw .refused("compare", "map \(record.id)", "maps of type \(record.typeName) are not read")
        }
        var bytes: [UInt8] = []
        for entry in found.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) { bytes += entry.key + entry.value }
        return Digest.sha256(bytes)
    }
}
