import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// A rollback that may open only so many descriptors: what it could not look at is no mixed state.
    @Suite struct DescriptorLimits {
        @Test(arguments: [[String](), ["--from-pins"]]) func `too few of them: a residue at worst, and then it works`(
            more: [String]
        ) throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let plan = try node.plan()
                // The more namespaces are in sight, the more descriptors are needed: some at least, wherever this is played.
                let others = try (0..<4).map {
                    try BackgroundCommand(node, ["unshare", "--net", "sleep", "600"], output: "other-\($0)")
                }
                defer {
                    for other in others {
                        other.send(SIGKILL)
                        _ = try? other.wait()
                    }
                }
                var seen: [Int32: [Int]] = [:]
                try node.provisional(plan)
                // Each one where refusals end.
                let few = stride(from: more.isEmpty ? 6 : 7, to: 16, by: 2)
                let limits = Array(few) + Array(16...20) + Array(stride(from: 22, through: 42, by: 4))
                for limit in limits {
                    let words = try node.words(["rollback", "--node", Node.name, "-o", "json"] + more)
                    let result = try node.run(["prlimit", "--nofile=\(limit)"] + words)
                    seen[result.status, default: []].append(limit)
                    #expect(result.status < 128 && ![1, 23].contains(result.status), "\(limit): \(result)")
                    if limit < 16 { node.expect(result, exit: 10, code: .kernelRead) }
                    guard result.status == 0 else { continue }
                    #expect(try node.runDocument(result).proof?.identical == true, "\(limit): \(result)")
                    #expect(try node.state() == before, "\(limit)")
                    try node.provisional(plan)
                }
                #expect(seen[22]?.isEmpty == false && seen[0]?.isEmpty == false, "\(seen)")
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.state() == before)
            }
        }
    }
}
