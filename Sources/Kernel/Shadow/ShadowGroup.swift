import Model

/// Hooks that one shadow serves: of one namespace, whose legacy programs read the same maps and are replaced alike.
public struct ShadowGroup: Sendable {
    /// Cookie of the hooks' namespace.
    public var netns: UInt64
    public var configuration: ShadowConfiguration
    public var hooks: [Hook]

    public init(netns: UInt64, configuration: ShadowConfiguration, hooks: [Hook]) {
        self.netns = netns
        self.configuration = configuration
        self.hooks = hooks
    }
}
