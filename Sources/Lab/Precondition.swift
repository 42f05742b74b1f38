import Glibc

/// What must hold before a lab is built.
enum Precondition {
    static func check(_ name: String) throws(LabError) {
        try root()
        if let other = StateFile.read(name) { throw .alreadyUp(other) }
        // SAFETY: access() reads the path.
        for map in AmbientMap.names where unsafe access(AmbientMap.pin(map), F_OK) == 0 {
            throw LabError(
                .realDeployment, "a deployment is already on this machine",
                facts: [
                    "\(AmbientMap.pin(map)) exists", "the lab would look like it, and tools might confuse the two",
                ],
                remedy: "Look at it:  migrate status")
        }
    }

    static func root() throws(LabError) {
        guard geteuid() == 0 else {
            throw LabError(
                .needsRoot, "root is needed", facts: ["namespaces and BPF programs are made"],
                remedy: "Run it as root:  sudo migrate-lab …")
        }
    }
}
