/// A packet that the two programs treat differently, with nothing to explain it.
public struct PacketDifference: Codable, Hashable, Sendable {
    /// What one of the programs made of it.
    public struct Side: Codable, Hashable, Sendable {
        public var verdict: TCVerdict
        public var mark: UInt32
        public var priority: UInt32
        public var controlBlock: [UInt32]
        /// Hexadecimal.
        public var frame: String
        /// Interfaces that it left by, of a frame that was sent for real.
        public var devices: [UInt32]?

        public init(_ outcome: ProgramOutcome, devices: [UInt32]? = nil) {
            self.devices = devices
            verdict = outcome.verdict
            mark = outcome.mark
            priority = outcome.priority
            controlBlock = outcome.controlBlock
            frame = outcome.frame.hex
        }
    }

    /// As the plan names the hook.
    public var hook: String
    public var kind: PacketKind
    public var role: DestinationRole
    public var destination: IPAddress
    public var aspects: [Comparison.Aspect]
    /// The packet, decoded.
    public var packet: String
    /// The packet as both got it, hexadecimal.
    public var frame: String
    public var legacy: Side
    public var replacement: Side

    public init(
        hook: String, packet: PacketCase, target: PacketTarget, aspects: [Comparison.Aspect],
        legacy: Side, replacement: Side
    ) {
        self.hook = hook
        kind = packet.kind
        role = target.role
        destination = target.address
        self.aspects = aspects
        self.packet = FrameText.line(packet.frame)
        frame = packet.frame.hex
        self.legacy = legacy
        self.replacement = replacement
    }
}
