import Audit
import FoundationEssentials
import Glibc
import Kernel
import MigrateShared
import Model

/// `status --watch`: looks until the run is no longer open, or somebody ends it. It holds nothing between two looks, no
/// database and no descriptor of the run, and decides nothing.
///
/// It goes by time alone. The cell tells nobody when it changes (a map cannot be polled), and watching the database's
/// directory would wake it up for what its own look does there.
struct StatusWatch {
    private let verb: StatusVerb
    private let context: CommandContext
    /// Seconds between two looks.
    private var pace = 1
    /// Looks after which one is told whatever it shows.
    private var patience = 1
    private var looks = 0
    private var told: [String] = []
    private var screen: LiveScreen?

    /// `nil` where nobody asked for it.
    init?(_ verb: StatusVerb, _ context: CommandContext) throws(MigrateError) {
        guard verb.watch else {
            guard let interval = verb.interval else { return nil }
            throw MigrateError(
                .usage, "cannot use --interval \(interval)", facts: ["without --watch there is one look"],
                remedy: "Look again and again:  migrate status --watch --interval \(interval.shellWord)")
        }
        (self.verb, self.context) = (verb, context)
        screen = context.settings.output == .json ? nil : LiveScreen()
        guard let interval = verb.interval else {
            patience = screen == nil ? 10 : 1
            return
        }
        do {
            pace = try TimeSpan(interval).seconds
        } catch {
            throw MigrateError(
                .badTimeSpan, "cannot use --interval \(interval)", facts: [error.words],
                remedy: "Say it with its unit:  migrate status --watch --interval 2s")
        }
    }

    /// `nil`: it ends as one look does. A signal that is no operator's is told by the exit status.
    mutating func run() throws(MigrateError) -> ExitStatus? {
        do {
            var waiter = try Waiter(every: UInt32(clamping: pace * 1000))
            while true {
                let document = try verb.look(context).document
                guard RunState(rawValue: document.state)?.isOpen == true else { return nil }
                guard try show(document) else { return .done }
                for case .signal(let number) in try waiter.wait() { return Self.ended(by: number) }
            }
        } catch let error as MigrateError {
            throw error
        } catch {
            throw MigrateError(
                .kernelRead, "cannot go on watching", facts: ["\(error)"], remedy: "Look once:  migrate status")
        }
    }

    /// Ctrl-C is how one ends it, and no failure.
    private static func ended(by signal: CInt) -> ExitStatus? {
        switch signal {
        case SIGINT: nil
        case SIGHUP: .hungUp
        default: .terminated
        }
    }

    /// - Returns: `false` when nobody reads it any more.
    private mutating func show(_ document: StatusDocument) throws -> Bool {
        let now = Date()
        if screen != nil {
            let text = WatchText.screen(document, at: now).map(context.settings.echoed)
            return try screen?.draw(text) ?? false
        }
        let gist = WatchText.gist(document)
        defer { looks += 1 }
        guard looks % patience == 0 || gist != told else { return true }
        told = gist
        switch context.settings.output {
        case .text: return try context.console.offer(WatchText.line(document, at: now))
        case .json: return try context.console.offer(String(decoding: try JSON.canonical(document), as: UTF8.self))
        }
    }
}
