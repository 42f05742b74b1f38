import ArgumentParser
import Audit
import Glibc
import MigrateShared
import Model

struct ManifestBaseVerb: MigrateCommand {
    static let configuration = CommandConfiguration(
        commandName: "base", abstract: "The namespace and the service account; with --out the files for kustomize.",
        discussion: """
            The service account has no rights, and no token of it is mounted. --out writes the base and the overlays \
            plan, watch and heal, as deploy/kubernetes has them.

            Example:  migrate manifest base --image IMAGE | kubectl apply -f -
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ManifestOptions

    @Option(help: ArgumentHelp("Write kustomize's files below this directory instead.", valueName: "directory"))
    var out: String?

    init() {}

    func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        let (image, namespace) = (try options.checkedImage(), try options.checkedNamespace())
        guard let out else {
            let yaml = KustomizeFiles.namespace(namespace) + "---\n" + KustomizeFiles.serviceAccount(namespace)
            try context.write(ManifestDocument(yaml: yaml)) { $0.yaml }
            return .done
        }
        do {
            for file in try KustomizeFiles.all(image: image, version: Version.number, namespace: namespace) {
                let path = "\(out)/\(file.path)"
                for directory in [out, String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))] {
                    _ = mkdir(directory, 0o755)
                }
                try OutputFile.write(file.text, to: path)
                context.console.message(path)
            }
        } catch {
            throw MigrateError(
                .outputFailed, "cannot write below \(out)", changed: "some files may be new", facts: ["\(error)"],
                remedy: "Name another directory:  \(TypedCommand.current.with("--out", "kubernetes"))")
        }
        return .done
    }
}
