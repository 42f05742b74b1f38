import Audit
import FoundationEssentials
import Model
import Testing

@Suite struct ManifestTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func file(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }

    private func job(_ verb: PrivilegedVerb, options: [String] = [], node: String = "worker-7") -> Workload {
        Workload(.job(node: node), verb, options: options, image: "registry.example/migrate:1.0", version: "1.0.0")
    }

    /// What is applied with `kubectl apply -k` is what this program would print.
    @Test func `the files of deploy are made by the program`() throws {
        let one = try Self.file("deploy/kubernetes/plan/daemonset.yaml")
        let version = try #require(one.firstMatch(of: #/app.kubernetes.io\/version: "([^"]+)"/#)).1
        let image = KustomizeFiles.placeholder(version: String(version))
        let files = try KustomizeFiles.all(image: image, version: String(version), namespace: Workload.namespace)
        for file in files { #expect(try Self.file("deploy/kubernetes/\(file.path)") == file.text, "\(file.path)") }
        let dockerfile = try Self.file("Dockerfile")
        #expect(dockerfile.contains("ARG VERSION=\(version)\n"))
    }

    @Test func `what does not pass by itself fails the Job at once`() throws {
        let codes = Workload.finalExitCodes
        #expect(codes == codes.sorted() && !codes.contains(0) && Set(codes).count == codes.count)
        #expect(Set(ExitStatus.allCases.map(\.rawValue)).subtracting(codes) == [0, 75, 129, 143])
        let text = try WorkloadManifest.render(job(.apply))
        #expect(text.contains("values: [\(codes.map(String.init).joined(separator: ", "))]"))
        // systemd is told the same of `resume`.
        let unit = try Self.file("packaging/migrate-resume.service")
        let prevented = try #require(unit.firstMatch(of: #/RestartPreventExitStatus=(.*)/#)).1.split(separator: " ")
        let settled = try #require(unit.firstMatch(of: #/SuccessExitStatus=(.*)/#)).1.split(separator: " ")
        let known = Set(prevented + settled).compactMap { Int32($0) }
        #expect(Set(known).subtracting(codes) == [143])
    }

    @Test(arguments: PrivilegedVerb.allCases)
    func `a pod has the capabilities of its verb and no others`(verb: PrivilegedVerb) throws {
        for kind in [Workload.Kind.job(node: "worker-7"), .daemonSet] {
            let text = try WorkloadManifest.render(Workload(kind, verb, options: [], image: "x/y", version: "1"))
            let added = try #require(text.split(separator: "seccompProfile").first).split(separator: "add:\n")[1]
            let names = added.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("- ") }
            #expect(names.map { "CAP_" + $0.dropFirst(2) } == verb.needs.map(\.rawValue))
            #expect(text.contains("drop: [ALL]") && text.contains("privileged: false"))
            #expect(text.contains("allowPrivilegeEscalation: false") && text.contains("hostUsers: true"))
        }
    }

    @Test func `who only looks cannot pin`() throws {
        func bpffs(_ text: String) throws -> Substring {
            try #require(text.split(separator: "- name: bpffs").dropFirst().first).split(separator: "- name: netns")[0]
        }
        #expect(try bpffs(WorkloadManifest.render(job(.plan))).contains("readOnly: true"))
        #expect(try bpffs(WorkloadManifest.render(job(.status))).contains("readOnly: true"))
        for verb in [PrivilegedVerb.apply, .confirm, .rollback, .finalize, .watch] {
            #expect(try !bpffs(WorkloadManifest.render(job(verb))).contains("readOnly: true"), "\(verb)")
        }
    }

    @Test func `words are words, whatever is in them`() throws {
        let text = try WorkloadManifest.render(job(.plan, options: ["--profile", "/etc/migrate/a: \"b\" #{{c}}\n- d"]))
        #expect(text.contains(#"- "/etc/migrate/a: \"b\" #{{c}}\n- d""#))
        #expect(text.contains("- \"--node\"\n            - \"worker-7\"\n"), "\(text)")
        #expect(!text.contains("{{#") && !text.contains("{{/"))
    }

    @Test func `names of Jobs are names, and those of two nodes differ`() {
        let long = "ip-10-0-1-7." + String(repeating: "very-", count: 20) + "long.example"
        let nodes = ["worker-7", "worker.7", "a", long, long + "r", String(repeating: "x", count: 253)]
        var names: Set<String> = []
        for verb in PrivilegedVerb.allCases {
            for node in nodes {
                for subject in [nil, "p-3f9c1a2b4d5e"] {
                    var workload = job(verb, node: node)
                    workload.subject = subject
                    #expect(Workload.isName(workload.objectName, dots: false), "\(workload.objectName)")
                    names.insert(workload.objectName)
                }
            }
        }
        #expect(names.count == PrivilegedVerb.allCases.count * nodes.count * 2)
        #expect(job(.plan).objectName == "migrate-plan-worker-7")
    }

    @Test(arguments: ["", "-a", "a-", "A", "a_b", "a..b", "a b", "a\nb", "ä"])
    func `what is no name is none`(text: String) {
        #expect(!Workload.isName(text, dots: true) && !Workload.isName(text, dots: false))
    }

    @Test func `an image is one word`() {
        for image in ["migrate", "registry.example:5000/a/b:1.0", "a/b@sha256:00ff"] {
            #expect(Workload.isImage(image))
        }
        for image in ["", " a", "a b", "a\nb", "-a", "a\"", "a#b"] { #expect(!Workload.isImage(image)) }
    }
}
