import Foundation
import Model
import ModelSamples
import Testing

@testable import Lab

extension MigrateSuite {
    @Suite struct Discover {
        private func schema() throws -> [String: Any] {
            let data = try Data(contentsOf: URL(filePath: try Programs.root + "/docs/profile.schema.json"))
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }

        @Test func `what is printed is a profile that plan takes`() throws {
            try withNode { node in
                let map = try #require(node.lab.state.maps.first { $0.name == "app_info" })
                try node.sh(
                    "mkdir /sys/fs/bpf/mesh; bpftool map pin id \(map.id) /sys/fs/bpf/mesh/where; rm /sys/fs/bpf/ambient/app_info"
                )
                // Nothing built in fits any more, and the error says what to type.
                let lost = try node.migrate("plan", exit: 69, code: .notHere)
                #expect(lost.stderr.contains("migrate discover"))
                let path = "\(node.scratch)/profile.yaml"
                let found = try node.migrate("discover")
                // Read off the program's instructions.
                #expect(found.stdout.contains("control_block: {index: 4, value: 0xc001f00d}"), "\(found.stdout)")
                try found.stdout.write(toFile: path, atomically: true, encoding: .utf8)
                #expect(
                    found.stderr.contains("migrate plan --profile profile.yaml") || found.stderr.contains("--profile"))
                let result = try node.migrate("plan", "--profile", path, "--membership", "on-link", "-o", "json")
                let plan = try JSON.decode(PlanDocument.self, from: Array(result.stdout.utf8))
                #expect(plan.decision.maps.map(\.id) == [map.id] && plan.blockers.isEmpty)
                #expect(plan.verdicts == ["match": 2], "\(plan.verdicts)")
                #expect(plan.maps.contains { $0.layout?.value?.typeName == "struct ambient_app" })
            }
        }

        @Test func `the document has candidates, evidence, layouts and samples, and the profile fits the schema`()
            throws
        {
            try withNode { node in
                let result = try node.migrate("discover", "--map", "ambient/app_info", "-o", "json")
                let shape = try DocumentShape(result.stdout)
                #expect(shape.text("kind") == "discovery" && shape.unsortedKeys == [] && shape.unusualKeys == [])
                #expect(
                    Set(["candidates", "unlikely", "others", "rule", "node", "unobserved", "format_version"])
                        .subtracting(shape.keys()) == [])
                #expect(shape.text("candidates.0.built_in") == "istio-ambient")
                #expect(shape.number("candidates.0.confidence") == 100)
                #expect(shape.number("candidates.0.findings.0.evidence.agreeing") == 2)
                #expect(
                    shape.text("candidates.0.findings.0.maps.0.layout.value.type_name") == "struct ambient_app")
                #expect(
                    shape.text("candidates.0.findings.0.samples.0.value_members.0.1.path") == "mac_addr")
                let profile = try #require(shape.value("candidates.0.profile") as? [String: Any])
                #expect(SchemaCheck.faults(profile, try schema()) == [])
            }
        }

        @Test func `without a candidate it ends with 69, and the document says why of every map`() throws {
            try withNode(pods: 1) { node in
                try node.migrate("discover", "--map", "no_such_map", exit: 69, code: .nothingFound)
                let refused = try node.migrate(
                    "discover", "--map", "ambient/log_level", "-o", "json", exit: 69, code: .nothingFound)
                let shape = try DocumentShape(refused.stdout)
                #expect(shape.count("candidates") == 0 && shape.count("others") == 1)
                #expect(shape.text("others.0.why")?.hasPrefix("maps of type array") == true)
                #expect(shape.text("others.0.samples.0.key_members.0.value") == "0")
                try node.migrate("discover", "--min-confidence", "101", exit: 64, code: .usage)
            }
        }
    }
}
