import Audit
import FoundationEssentials
import Glibc
import Kernel
import MigrateShared
import Model

/// What `watch` says, and where: lines or documents on standard output, the textfile, the service manager.
final class WatchLog {
    private let context: CommandContext
    private let options: WatchOptions
    private var last = ""

    init(_ context: CommandContext, _ options: WatchOptions) {
        self.context = context
        self.options = options
    }

    /// A line with its code; in JSON it is in the next document.
    func tell(_ code: Code, _ text: String) {
        guard context.settings.output == .text else { return context.console.detail("\(text)  [\(code.text)]") }
        try? context.console.result(context.settings.echoed(in: WatchLogText.line("\(text)  [\(code.text)]", at: Date())))
    }

    /// What went well, and has no code.
    func tell(_ text: String) {
        guard context.settings.output == .text else { return context.console.detail(text) }
        try? context.console.result(context.settings.echoed(in: WatchLogText.line(text, at: Date())))
    }

    /// A run that was begun, confirmed or taken back: for the audit log as well.
    func write(_ run: RunDocument, _ text: String) {
        do throws(MigrateError) {
            try context.write(run) { _ in WatchLogText.line(text, at: Date()) }
        } catch { Console.error(error.text) }
    }

    /// Says how the node stands, where that is another way than when it was said last; the textfile is written in any case.
    func show(_ document: WatchDocument) throws(MigrateError) {
        writeTextfile(document)
        let gist = WatchLogText.summary(document) + document.hooks.map { $0.title + $0.what + ($0.left ?? "") }.joined()
        guard gist != last else { return }
        last = gist
        ServiceManager.tell("STATUS=\(WatchLogText.summary(document))")
        try context.write(document) { document in
            options.once
                ? WatchLogText.render(document)
                : WatchLogText.line(WatchLogText.summary(document), at: Date())
        }
    }

    /// Another process reads it: everybody may, and a whole file takes the old one's place.
    private func writeTextfile(_ document: WatchDocument) {
        guard let path = options.textfile else { return }
        do {
            try OutputFile.write(WatchPrometheus.render(document, at: Date()), to: path)
            chmod(path, 0o644)
        } catch {
            Console.error("Warning: \(path) could not be written: \(error)  [\(Code.outputFailed.text)]")
        }
    }
}
