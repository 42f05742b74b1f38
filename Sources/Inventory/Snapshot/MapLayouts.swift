import Kernel
import Model

/// What BTF says of the snapshot's maps.
enum MapLayouts {
    /// A map whose BTF cannot be read keeps its bytes, and is listed as not observed.
    static func read(into snapshot: inout Snapshot) {
        var reader = BTFReader()
        for index in snapshot.maps.indices {
            do throws(KernelError) {
                let map = try BPFMap(id: snapshot.maps[index].id)
                snapshot.maps[index].layout = try reader.layout(of: map)
            } catch {
                let map = snapshot.maps[index]
                snapshot.unobserved.append(
                    Unobserved(what: "types of map \(map.title) (id \(map.id))", why: error.description))
            }
        }
    }
}
