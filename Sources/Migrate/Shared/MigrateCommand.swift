import ArgumentParser
import Glibc
import Kernel
import Model
import Store

/// What a verb works with: settings, console, and the ways to the node that every verb shares.
public struct CommandContext: Sendable {
    public var settings: Settings
    public var console: Console
    /// What the audit log hears of a changing verb.
    public let trail = AuditTrail()
    /// What is left for whoever looks at the container.
    public let lastWords = LastWords()

    public init(settings: Settings) {
        self.settings = settings
        console = Console(quiet: settings.quiet, verbose: settings.verbose)
    }

    /// The database, which knows for its audit log whose process this is.
    public func openStore(_ access: Store.Access) throws(MigrateError) -> Store {
        try Store.open(path: settings.database, access: access, origin: .process())
    }

    /// The database; checkpointed and closed when `body` has ended, also by an error.
    public func withStore<T>(
        _ access: Store.Access, _ body: (Store) throws(MigrateError) -> T
    ) throws(MigrateError) -> T {
        let store = try openStore(access)
        // One that was named may be mistyped; the usual one is missing until something is kept in it.
        if store.isMissing && settings.database != Store.defaultPath {
            Console.error("Warning: database \(settings.database) does not exist: nothing is recorded in it.")
        }
        let value: T
        do throws(MigrateError) {
            value = try body(store)
        } catch {
            try? store.checkpointAndClose()
            throw error
        }
        try store.checkpointAndClose()
        return value
    }

    /// The same, for a verb that has decided by the kernel: that the file cannot be closed well is said, and changes nothing.
    ///
    /// - Parameter access: `existing` for a verb on runs that there are.
    public func withRunStore(
        _ access: Store.Access = .existing, _ body: (Store) throws(MigrateError) -> ExitStatus
    ) throws(MigrateError) -> ExitStatus {
        try closing(try openStore(access), body)
    }

    /// For a store that is open already.
    public func closing(
        _ store: Store, _ body: (Store) throws(MigrateError) -> ExitStatus
    ) throws(MigrateError) -> ExitStatus {
        trail.enter(store)
        defer { trail.leave() }
        let status: ExitStatus
        do throws(MigrateError) {
            status = try body(store)
        } catch {
            trail.refused(error)
            try? store.checkpointAndClose()
            throw error
        }
        do throws(MigrateError) { try store.checkpointAndClose() } catch {
            var error = error
            error.changed = "what the run did stays done"
            Console.error(error.text)
        }
        return status
    }

    /// The bpffs, or an error that says how to get one.
    public func openBPFFS() throws(MigrateError) -> BPFFileSystem {
        do {
            return try BPFFileSystem(path: settings.bpffs)
        } catch {
            throw MigrateError(
                .noBPFFS, "cannot open the bpffs", facts: [error.description],
                remedy: MountAdvice.remedy(settings.bpffs))
        }
    }

    /// Writes a document: itself in JSON, else by `text`.
    public func write<Document: Encodable>(_ document: Document, text: (Document) -> String) throws(MigrateError) {
        var document = document
        if var step = document as? any Continuable, let next = step.next {
            step.next?.command = settings.echoed(in: next.command)
            document = step as? Document ?? document
        }
        if var run = document as? RunDocument {
            run.audit = trail.result(run)
            document = run as? Document ?? document
        }
        if let document = document as? any LastWordsSource { lastWords.note(document) }
        do {
            switch settings.output {
            case .text: try console.result(settings.echoed(in: text(document)))
            case .json:
                try console.result(
                    settings.stream
                        ? String(decoding: try JSON.canonical(document), as: UTF8.self) : try JSON.pretty(document))
            }
        } catch let error as Console.Failure {
            throw MigrateError(
                .outputFailed, "cannot write the result", changed: "what was done stays done",
                facts: [error.description],
                remedy: "Ask again:  migrate status")
        } catch {
            throw MigrateError(.bug, "cannot write the document", facts: ["\(error)"])
        }
    }
}

/// A verb. `execute` works; errors, exit status and signals are the same for all.
public protocol MigrateCommand: ParsableCommand {
    var global: GlobalOptions { get }
    func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus
}

extension MigrateCommand {
    public func run() throws {
        // The format may come from the environment or the configuration file; until those are read, from the flag.
        var output = global.stream ? .json : global.output
        var echo: (String) -> String = { $0 }
        var context: CommandContext?
        let status: ExitStatus
        do throws(MigrateError) {
            let settings = try Settings(global)
            output = settings.output
            echo = settings.echoed
            let begun = CommandContext(settings: settings)
            context = begun
            status = try execute(begun)
        } catch {
            var error = error
            error.remedy = error.remedy.map(echo)
            Console.error(error.text)
            context?.leaveLastWords(error)
            if output == .json { ErrorDocument(error).write(asLine: global.stream) }
            throw ExitCode(error.code.exit == .done ? 1 : error.code.exit.rawValue)
        }
        context?.leaveLastWords(status)
        if status != .done { throw ExitCode(status.rawValue) }
    }
}

/// An error as a document, for `-o json`.
public struct ErrorDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "error"
    public var code: String
    public var exit: Int32
    public var what: String
    public var changed: String
    public var facts: [String]
    public var remedy: String?

    public init(_ error: MigrateError) {
        code = error.code.text
        exit = error.code.exit.rawValue
        what = error.what
        changed = error.changed
        facts = error.facts
        remedy = error.remedy
    }

    /// - Parameter asLine: the last of a stream of JSON lines.
    func write(asLine: Bool) {
        let text =
            asLine ? (try? JSON.canonical(self)).map { String(decoding: $0, as: UTF8.self) } : try? JSON.pretty(self)
        if let text { try? Console(quiet: false, verbose: false).result(text) }
    }
}
