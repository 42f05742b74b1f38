/// Literal commands that put the node back without this program: tc(8), and at tcx, which no tool of Debian 12 can
/// exchange a program at, two system calls made by python3.
public enum BreakGlass {
    /// One place to put back.
    public struct Place: Hashable, Sendable {
        /// Path of its network namespace; `nil` for the one that the command ran in, and so will these.
        public var netnsPath: String?
        public var interface: String
        public var kind: HookKind
        public var direction: HookDirection
        public var chain: UInt32
        public var priority: UInt16
        public var handle: UInt32
        public var protocolName: String
        public var classID: UInt32?
        /// At tcx, where a link holds the program.
        public var linkID: UInt32?
        /// The program that belongs there.
        public var programID: UInt32
        /// Our program, where it is known already.
        public var replacementID: UInt32?
        /// What `finalize` puts into our program's place, where it is known already.
        public var plainID: UInt32?

        public init(
            netnsPath: String?, interface: String, kind: HookKind, direction: HookDirection, chain: UInt32,
            priority: UInt16, handle: UInt32, protocolName: String, classID: UInt32?, linkID: UInt32? = nil,
            programID: UInt32, replacementID: UInt32? = nil, plainID: UInt32? = nil
        ) {
            self.netnsPath = netnsPath
            self.interface = interface
            self.kind = kind
            self.direction = direction
            self.chain = chain
            self.priority = priority
            self.handle = handle
            self.protocolName = protocolName
            self.classID = classID
            self.linkID = linkID
            self.programID = programID
            self.replacementID = replacementID
            self.plainID = plainID
        }

        /// The node's own namespace has a path where one was named: whoever types the commands may be elsewhere.
        public init(_ hook: Hook, replacement: UInt32? = nil, plain: UInt32? = nil) {
            self.init(
                netnsPath: hook.netns.path, interface: hook.interface,
                kind: hook.kind, direction: hook.direction, chain: hook.chain, priority: hook.priority,
                handle: hook.handle, protocolName: hook.protocolName, classID: hook.filter?.bpf?.classID,
                linkID: hook.attachment?.linkID, programID: hook.program?.id ?? 0, replacementID: replacement,
                plainID: plain)
        }

        /// What comes before a command that is to act on the place.
        var enter: String { netnsPath.map { "nsenter --net=\($0.shellWord) " } ?? "" }
    }

    /// Each with a comment line in front of it. At a cut with switches the cell first (``control(pins:)``). One command for each place, in order, each by itself, or a loop where many are alike: a place that is gone keeps no
    /// other from being put back. Then the removal of the pins, which looks for itself (``removal(_:pins:parent:)``).
    ///
    /// In a filter program, slot and flags come back exactly. tc writes a name of its own into the filter
    /// (`legacy_0:[*fsobj]`), which is only shown and never matched; `migrate rollback` restores it too.
    /// - Parameters:
    ///   - pins: where all runs have their pins, `<bpffs>/migrate`.
    ///   - run: the run's id; a plan, which has no run yet, means whichever is there.
    public static func commands(_ places: [Place], pins: String, run: String?, cut: CutKind = .direct) -> [String] {
        guard !places.isEmpty else { return [] }
        let parent = pins.shellWord
        let directory = "\(parent)/\(run?.shellWord ?? "r-*")"
        return (cut == .switch ? [control(pins: directory)] : [])
            + replacements(places, pinDirectory: directory)
            + [removal(places, pins: directory, parent: parent, cut: cut)]
    }

    /// - Parameter device: the interface as a word of the shell.
    static func filter(_ place: Place, device: String, pin: String) -> String {
        let direction = place.kind == .ingress ? "ingress" : place.direction.rawValue
        let chain = place.chain == 0 ? "" : " chain \(place.chain)"
        let classID =
            place.classID.map {
                $0 == 0 ? "" : " classid \(String($0 >> 16, radix: 16)):\(String($0 & 0xffff, radix: 16))"
            } ?? ""
        return
            "tc filter replace dev \(device) \(direction)\(chain) prio \(place.priority)"
            + " handle 0x\(String(place.handle, radix: 16)) protocol \(place.protocolName)"
            + " bpf direct-action\(classID) object-pinned \(pin)"
    }
}
