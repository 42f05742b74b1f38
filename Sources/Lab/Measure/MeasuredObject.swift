import Kernel
// The images are constant data; Swift cannot tell that from their type.
@unsafe @preconcurrency import LabObjects

/// The lab's objects, of which programs are loaded one by one to be measured.
enum MeasuredObject: String {
    case usual
    case measure
    case ambient
    case fabric

    private var image: migrate_lab_image {
        switch self {
        case .usual: unsafe migrate_lab_usual_image
        case .measure: unsafe migrate_lab_measure_image
        case .ambient: unsafe migrate_lab_ambient_image
        case .fabric: unsafe migrate_lab_fabric_image
        }
    }

    /// Opened, with one of its programs selected.
    func open(_ program: String) throws(KernelError) -> BPFObject {
        // SAFETY: the image is constant and lives as long as the process.
        let bytes = unsafe UnsafeRawBufferPointer(start: image.bytes, count: image.count)
        let object = try unsafe BPFObject(image: bytes, name: rawValue)
        try object.select(programs: [program])
        return object
    }

    /// One program, as it stands.
    func load(_ program: String) throws(KernelError) -> BPFProgram {
        let loaded = try open(program).load()
        return try BPFProgram(owning: try loaded.program(program))
    }
}
