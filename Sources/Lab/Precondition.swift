import Glibc

/// What must hold before a lab is built.
enum Precondition {
    static func check(_ name: String) throws(LabError) {
        try root()
        if let other = StateFile.read(name) { throw .alreadyUp(other) }
        for family in LabFamily.allCases {
            let directory = family.deployment.directory
            guard let pin = try? FileList.names(in: directory).min() else { continue }
            throw LabError(
                .realDeployment, "a deployment is already on this machine",
                facts: ["\(directory)/\(pin) exists", "the lab would look like it, and tools might confuse the two"],
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
