import Foundation
import Testing

@testable import Lab

/// What befalls the database: one system call on its files gets an error for an answer, by the tracer and without being
/// made. What SQLite, and what stands above it, does then is all real.
struct DatabaseFault: Hashable, CustomStringConvertible {
    enum Kind: String, CaseIterable {
        /// One call fails, and the disk is well again.
        case once = "EIO once"
        /// From that call on the disk takes nothing.
        case dead = "EIO from there on"
        /// From that call on there is no room; what needs none goes on.
        case full = "ENOSPC from there on"
    }

    var kind: Kind
    var call: String
    /// The how-manieth of the calls of that name on the database's files, of each thread, from 1.
    var number: Int

    var description: String { "\(call) \(number): \(kind.rawValue)" }

    /// By which SQLite makes, writes, cuts, flushes and removes its files.
    static let calls = ["openat", "pwrite64", "ftruncate", "fdatasync", "unlink"]

    /// Which faults are tried at a call of that name.
    static func kinds(of call: String) -> [Kind] {
        switch call {
        case "pwrite64": [.once, .full]
        case "fdatasync": [.once, .dead]
        default: [.once]
        }
    }

    private var injection: String {
        switch kind {
        case .once: "inject=\(call):error=EIO:when=\(number)"
        case .dead: "inject=\(Self.writing):error=EIO:when=\(number)+"
        case .full: "inject=pwrite64:error=ENOSPC:when=\(number)+"
        }
    }

    private static let writing = "pwrite64,fdatasync,ftruncate"

    /// The words that run a command under this fault; without one, under a tracer that only writes down.
    static func words(_ fault: DatabaseFault?, on database: String, log: String) -> [String] {
        let files = ["", "-wal", "-shm", "-journal"].flatMap { ["-P", database + $0] }
        return ["strace", "-f", "-qq", "--seccomp-bpf", "-o", log, "-e", "trace=\(calls.joined(separator: ","))"]
            + files + (fault.map { ["-e", $0.injection] } ?? [])
    }

    /// All that can befall a command whose calls stand in `log`.
    static func all(in log: String) -> [DatabaseFault] {
        var counts: [String: [Substring: Int]] = [:]
        for line in log.split(separator: "\n") {
            // `1234  pwrite64(5, …) = 1`, the thread first.
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let call = words[1].split(separator: "(").first else { continue }
            counts[call.trimmingCharacters(in: .whitespaces), default: [:]][words[0], default: 0] += 1
        }
        return calls.flatMap { call in
            kinds(of: call).flatMap { kind in
                // Each thread counts by itself.
                (0..<(counts[call]?.values.max() ?? 0)).map { DatabaseFault(kind: kind, call: call, number: $0 + 1) }
            }
        }
    }
}
