import Kernel
import Model

extension PinnedSight {
    /// Programs of ours that ask the sets of interfaces pinned here: attached, or held by somebody.
    public func programsAskingSets() throws(KernelError) -> [ProgramReference] {
        var sets: Set<UInt32> = []
        for name in DirectoryListing.names(in: record.pinDirectory) where name.hasPrefix(EnrolledPin.prefix) {
            sets.insert(try BPFMap(pin: "\(record.pinDirectory)/\(name)").record.id)
        }
        var found: [ProgramReference] = []
        for id in try BPFProgram.ids() {
            do throws(KernelError) {
                let program = try BPFProgram(id: id).record
                guard ReplacementObject.isOurs(program.reference), !sets.isDisjoint(with: program.mapIDs) else {
                    continue
                }
                found.append(program.reference)
            } catch {
                // Gone since it was listed.
                guard error.errno == .noSuchFileOrDirectory else { throw error }
            }
        }
        return found
    }
}
