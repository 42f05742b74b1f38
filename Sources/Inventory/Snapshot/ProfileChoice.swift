import Kernel
import Model

/// Which profile a command works with.
public enum ProfileChoice {
    /// By name or file; without either, the built-in one whose pins exist below the bpffs.
    public static func choose(_ asked: String?, bpffs: BPFFileSystem) throws(MigrateError) -> Profile {
        let builtIn: [Profile]
        do {
            builtIn = try BuiltInProfiles.all()
        } catch {
            throw MigrateError(.bug, "cannot read the built-in profiles", facts: [error.description])
        }
        if let asked { return try named(asked, builtIn) }
        let pins = bpffs.pins()
        let fitting = builtIn.filter { $0.isPinned(among: pins) }
        if fitting.count > 1 {
            throw MigrateError(
                .manyProfiles, "cannot choose a profile", facts: fitting.map { "\($0.name): \($0.summary)" },
                remedy: "Name one:  \(TypedCommand.current.with("--profile", fitting[0].name))")
        }
        guard let profile = fitting.first else {
            throw MigrateError(
                .notHere, "cannot find a deployment to migrate",
                facts: builtIn.map {
                    "\($0.name): no \($0.maps.map { bpffs.path + "/" + $0.title }.joined(separator: ", "))"
                },
                remedy: "Look for others, and describe one in a profile:  migrate discover > profile.yaml")
        }
        return profile
    }

    private static func named(_ asked: String, _ builtIn: [Profile]) throws(MigrateError) -> Profile {
        if let profile = builtIn.first(where: { $0.name == asked }) { return profile }
        guard let text = TextFile.read(asked) else {
            throw MigrateError(
                .badProfile, "cannot read profile \(asked)",
                facts: [
                    "it is neither a file that can be read nor one of: \(builtIn.map(\.name).joined(separator: ", "))"
                ],
                remedy: "Name a file or a built-in profile:  \(command(builtIn))")
        }
        do {
            return try ProfileReader.profile(fromYAML: text, file: asked)
        } catch {
            throw MigrateError(
                .badProfile, "cannot read profile \(asked)", facts: [error.description],
                remedy: "Mend that line, or take a built-in profile:  \(command(builtIn))")
        }
    }

    private static func command(_ builtIn: [Profile]) -> String {
        TypedCommand.current.with("--profile", builtIn.first?.name ?? "FILE")
    }
}
