import ArgumentParser
import Audit
import MigrateShared
import Model

/// What a manifest says besides its verb.
struct ManifestOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The image that the nodes run.", valueName: "reference"))
    var image: String

    @Option(help: ArgumentHelp("The namespace that it runs in (default: migrate).", valueName: "name"))
    var namespace: String?

    init() {}

    func checkedImage() throws(MigrateError) -> String {
        guard Workload.isImage(image) else {
            throw ManifestRefusal.value(
                "--image", image, "it is written as registry.example/migrate:1.0, or with @sha256:…")
        }
        return image
    }

    func checkedNamespace() throws(MigrateError) -> String {
        let name = namespace ?? Workload.namespace
        guard Workload.isName(name, dots: false) else {
            throw ManifestRefusal.value(
                "--namespace", name, "a namespace is of lower-case letters, digits and hyphens, 63 at most")
        }
        return name
    }
}

/// Which node a Job is for.
struct ManifestTarget: ParsableArguments {
    @Option(help: ArgumentHelp("The Kubernetes node that the Job is pinned to.", valueName: "name"))
    var node: String

    @Option(help: ArgumentHelp("The Job's name (default: of verb, node and what is named).", valueName: "name"))
    var name: String?

    init() {}

    func kind() throws(MigrateError) -> Workload.Kind {
        guard Workload.isName(node, dots: true) else {
            throw ManifestRefusal.value("--node", node, "Kubernetes has no node of such a name; see  kubectl get nodes")
        }
        if let name, !Workload.isName(name, dots: false) {
            throw ManifestRefusal.value(
                "--name", name, "a Job's name is of lower-case letters, digits and hyphens, 63 at most")
        }
        return .job(node: node)
    }
}

enum ManifestRefusal {
    static func value(_ option: String, _ value: String, _ fact: String) -> MigrateError {
        MigrateError(
            .usage, "cannot use \(option) \(value)", facts: [fact],
            remedy: "See what it takes:  migrate manifest --help")
    }
}

/// A manifest as a document: the YAML is a text in it, since its own `kind` is Kubernetes'.
public struct ManifestDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "manifest"
    public var yaml: String
}

/// A verb of `manifest`.
protocol WorkloadVerb: MigrateCommand {
    var options: ManifestOptions { get }
    func kind() throws(MigrateError) -> Workload.Kind
    /// As `kind` names it, and its own words.
    func workload(_ kind: Workload.Kind, image: String) throws(MigrateError) -> Workload
}

extension WorkloadVerb {
    func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        var workload = try workload(try kind(), image: try options.checkedImage())
        workload.namespace = try options.checkedNamespace()
        try pass(to: &workload)
        let yaml: String
        do { yaml = try WorkloadManifest.render(workload) } catch {
            throw MigrateError(.bug, "cannot write the manifest", facts: ["\(error)"])
        }
        try context.write(ManifestDocument(yaml: yaml)) { $0.yaml }
        return .done
    }

    /// What is said of paths and profile here is meant for there. Only the command line counts: this machine's environment and
    /// configuration are its own.
    private func pass(to workload: inout Workload) throws(MigrateError) {
        if let path = global.bpffs { workload.bpffs = try absolute(path, "--bpffs") }
        if let path = global.database {
            let whole = try absolute(path, "--db")
            guard whole.hasSuffix("/migrate.db"), whole != "/migrate.db" else {
                throw ManifestRefusal.value("--db", path, "the directory is mounted, and the file in it is migrate.db")
            }
            workload.stateDirectory = String(whole.dropLast("/migrate.db".count))
        }
        if let profile = global.profile { workload.options += ["--profile", profile] }
        if let netns = global.netns { workload.options += ["--netns", try absolute(netns, "--netns")] }
        if global.privateBpffs { workload.options.append("--private-bpffs") }
    }

    private func absolute(_ path: String, _ option: String) throws(MigrateError) -> String {
        guard path.hasPrefix("/"), !path.contains("/../"), !path.hasSuffix("/..") else {
            throw ManifestRefusal.value(option, path, "the node's path is needed whole")
        }
        return path
    }
}
