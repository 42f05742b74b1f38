import Model

/// What is sent to one address, and where it must arrive.
struct TrafficFlow: Sendable {
    static let port: UInt16 = 7000

    let pod: String
    let address: IPAddress
    let receiver: TrafficEndpoint
    /// In the namespace of whoever the map decides for: the proxy, or another pod.
    let sender: UDPSocket
}
