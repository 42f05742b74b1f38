import Kernel
// The images are constant data; Swift cannot tell that from their type.
@unsafe @preconcurrency import LabObjects

/// A deployment's programs and maps, loaded; closing drops all but what is pinned, attached or held.
struct DeploymentObject: ~Copyable {
    private let loaded: LoadedObject

    static func ambient() throws(LabError) -> DeploymentObject {
        try unsafe DeploymentObject(migrate_lab_ambient_image, "ambient")
    }

    static func fabric() throws(LabError) -> DeploymentObject {
        try unsafe DeploymentObject(migrate_lab_fabric_image, "fabric")
    }

    private init(_ image: migrate_lab_image, _ name: String) throws(LabError) {
        // SAFETY: the image is constant and lives as long as the process.
        let bytes = unsafe UnsafeRawBufferPointer(start: image.bytes, count: image.count)
        do throws(KernelError) {
            loaded = try unsafe BPFObject(image: bytes, name: name).load()
        } catch { throw LabError(error) }
    }

    func program(_ name: String) throws(LabError) -> OwnedDescriptor {
        do throws(KernelError) { return try loaded.program(name) } catch { throw LabError(error) }
    }

    func map(_ name: String) throws(LabError) -> DeploymentMap {
        let descriptor: OwnedDescriptor
        do throws(KernelError) { descriptor = try loaded.map(name) } catch { throw LabError(error) }
        return try DeploymentMap(name, owning: descriptor)
    }

    /// Notes the ids of these in `state`, and opens the maps.
    func register(
        maps: [String], programs: [String], in state: inout LabState, tenant: String?
    ) throws(LabError) -> [String: DeploymentMap] {
        let prefix = tenant.map { $0 + "/" } ?? ""
        var opened: [String: DeploymentMap] = [:]
        for name in maps {
            let map = try map(name)
            state.maps.append(.init(name: prefix + name, id: map.id))
            opened[name] = map
        }
        for name in programs {
            let program = try program(name)
            state.programs.append(.init(name: prefix + name, id: try BPFIdentifier.ofProgram(program.raw)))
        }
        return opened
    }
}

extension LabError {
    init(_ error: KernelError) { self.init(.system, error.description) }
}
