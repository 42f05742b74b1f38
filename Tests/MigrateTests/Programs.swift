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

    /// Preloaded, ends a program by SIGKILL at a point of the test's choice.
    static var killer: String { get throws { try library("Killer") } }

    /// Preloaded, gives a program another time of day.
    static var wallClock: String { get throws { try library("WallClock") } }

    private static func library(_ name: String) throws -> String {
        let path = try lab.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/lib\(name).so"
        try #require(access(path, R_OK) == 0, "\(path) is missing: swift build --build-tests")
        return path
    }

    /// The deployment's object, for loading it a second time.
    static var legacyObject: String {
        get throws {
            let path = try root + "/bpf/lab/ambient.bpf.o"
            try #require(access(path, R_OK) == 0, "\(path) is missing: make bpf")
            return path
        }
    }

    /// The directory of the sources.
    static var root: String {
        get throws { "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") }
    }
}
