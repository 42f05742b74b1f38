import Glibc
import Testing

@testable import Lab

/// The built programs, beside this test bundle.
enum Programs {
    static var lab: String { get throws { try LabExecutable.find() } }

    static var migrate: String {
        get throws {
            let lab = try lab
            return lab.hasSuffix("-lab") ? String(lab.dropLast(4)) : lab
        }
    }

    /// The deployment's object, for loading it a second time.
    static var legacyObject: String {
        get throws {
            let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
            let path = "/\(root)/bpf/lab/ambient.bpf.o"
            try #require(access(path, R_OK) == 0, "\(path) is missing: make bpf")
            return path
        }
    }
}
