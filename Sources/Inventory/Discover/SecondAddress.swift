import Model

/// A second address in a map's keys, of the same family as the one that was taken for the destination.
///
/// Then an entry stands for a flow between two ends, as in a table of connections, and not for a destination: however
/// true its interface and MAC are, the FIB cannot be asked in its place.
struct SecondAddress: Hashable {
    /// Bytes into the key.
    var offset: Int
    /// As BTF calls it, where its name says that it is an address.
    var member: String?
    /// Of how many entries it is an address of this node's.
    var known: Int

    /// By BTF's names, or since at least a tenth of the entries have a known address there.
    static func find(in search: LayoutSearch, beside first: FieldProposals.Address, key: TypeLayout?) -> SecondAddress?
    {
        let width = first.family.byteCount
        let others = search.proposals.addresses.filter {
            $0.family == first.family && ($0.offset >= first.offset + width || $0.offset + width <= first.offset)
        }
        let counted = others.map { (field: $0, known: search.known($0)) }
        let named = key?.members.first { member in
            member.namesAddress && Int(member.size) == width && others.contains { $0.offset == Int(member.offset) }
        }
        if let named {
            let known = counted.filter { $0.field.offset == Int(named.offset) }.map(\.known).max() ?? 0
            return SecondAddress(offset: Int(named.offset), member: named.path, known: known)
        }
        guard let most = counted.max(by: { $0.known < $1.known }), most.known > 0,
            10 * most.known >= search.entries.count
        else { return nil }
        return SecondAddress(offset: most.field.offset, member: nil, known: most.known)
    }

    func note(entries: Int) -> String {
        let what = member.map { "\($0), at byte \(offset)" } ?? "at byte \(offset)"
        return
            "the key holds a second address (\(what); \(known) of \(entries) are this node's): an entry stands for a flow, not for a destination, and no FIB can take its place"
    }
}
