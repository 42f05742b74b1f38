import Glibc
import Kernel
import Synchronization

/// A lab that is up: a throw-away node with pods and a map-based deployment.
///
/// Made by `up`, it goes with this value or this process, whichever ends first; found by `attach`, it stays.
public final class LabNode: Sendable {
    private let current: Mutex<LabState>
    /// Keeps the keeper alive; `nil` if the lab is not ours, or down.
    private let lifeline: Mutex<CInt?>
    private let owned: Bool

    private init(state: LabState, lifeline: CInt?, owned: Bool) {
        current = Mutex(state)
        self.lifeline = Mutex(lifeline)
        self.owned = owned
    }

    /// What it consists of now.
    public var state: LabState { current.withLock(\.self) }

    /// Changes what is known of the lab, here and in its file.
    func note(_ change: (inout LabState) -> Void) throws(LabError) {
        let changed = current.withLock { state in
            change(&state)
            return state
        }
        try StateFile.write(changed)
    }

    deinit { if owned { try? down() } }

    /// Builds a lab and waits until it is ready.
    /// - Parameters:
    ///   - executable: path of migrate-lab; found by itself if `nil`.
    ///   - bound: the lab ends with this value. Otherwise it stays until `down`.
    public static func up(
        _ options: LabOptions = LabOptions(), executable: String? = nil, bound: Bool = true
    ) throws(LabError) -> LabNode {
        try options.validate()
        try Precondition.check(options.name)
        let path = if let executable { executable } else { try LabExecutable.find() }
        let lifeline = try KeeperLauncher.start(options, executable: path, bound: bound)
        guard let state = StateFile.read(options.name) else {
            if let lifeline { close(lifeline) }
            throw LabError(.buildFailed, "the lab went away as soon as it was up", changed: "nothing of it is left")
        }
        return LabNode(state: state, lifeline: lifeline, owned: bound)
    }

    /// The lab of that name, which somebody else holds.
    public static func attach(_ name: String) throws(LabError) -> LabNode {
        try LabOptions.validate(name: name)
        try Precondition.root()
        guard let state = StateFile.read(name), state.ready else {
            throw LabError(
                .notUp, "no lab named \(name) is up", remedy: "Build one:  migrate-lab up --name \(name)")
        }
        return LabNode(state: state, lifeline: nil, owned: false)
    }

    /// Ends it and waits until the kernel has taken everything away. Does nothing the second time.
    ///
    /// Ends the keeper only. Other processes inside keep the namespaces; they are named in the error.
    public func down() throws(LabError) {
        if state.keeper.isAlive {
            state.keeper.send(SIGTERM)
            if !state.keeper.waitUntilGone(milliseconds: 2000) {
                state.keeper.send(SIGKILL)
                guard state.keeper.waitUntilGone(milliseconds: 5000) else {
                    throw LabError(
                        .leftovers, "end the keeper, process \(state.keeper.pid)", changed: "it is still there")
                }
            }
            StateFile.remove(state.options.name)
        } else {
            _ = state.keeper.waitUntilGone(milliseconds: 1)
        }
        lifeline.withLock { held in
            if let open = held { close(open) }
            held = nil
        }
        try waitUntilFreed(milliseconds: 5000)
    }

    /// The kernel takes namespaces down in the background; the programs and maps go last.
    private func waitUntilFreed(milliseconds: Int) throws(LabError) {
        for _ in 0..<milliseconds / 10 {
            if leftovers.isEmpty { return }
            usleep(10_000)
        }
        let inside = NamespaceInode.processes(inMount: state.mountNamespace)
        throw LabError(
            .leftovers, "the lab is down and something still holds parts of it",
            changed: "its keeper is gone",
            facts: leftovers + inside.map { "process \($0) is inside" })
    }

    /// Programs and maps of the deployment that the kernel still has.
    public var leftovers: [String] {
        state.programs.filter { BPFIdentifier.programExists($0.id) }.map { "program \($0.id) \($0.name)" }
            + state.maps.filter { BPFIdentifier.mapExists($0.id) }.map { "map \($0.id) \($0.name)" }
    }
}
