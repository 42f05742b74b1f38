extension RunTrial {
    /// Errors of one device since the flip that are too many: as many as the breaker wants before it concludes anything.
    public static let errorLimit: UInt64 = 20

    /// What a reading says, one check for neighbors and one for devices of each namespace.
    ///
    /// - Parameter netns: how to name a namespace, by its cookie.
    public func judge(
        _ now: HealthReading, _ moment: HealthCheck.Moment, netns: (UInt64) -> String
    ) -> [HealthCheck] {
        Set(destinations.map(\.netns)).sorted().flatMap { cookie in
            let place = "network namespace \(netns(cookie))"
            return [neighbors(now, moment, cookie, place), devices(now, moment, cookie, place)]
        }
    }

    private func neighbors(
        _ now: HealthReading, _ moment: HealthCheck.Moment, _ cookie: UInt64, _ place: String
    ) -> HealthCheck {
        let known = Set((before?.failed ?? []).map(\.address))
        let failed = now.failed.filter { $0.netns == cookie && !known.contains($0.address) }
        let all = destinations.count { $0.netns == cookie }
        // What cannot be seen has not failed, and is not called well either.
        let gap = now.gaps.first { $0.netns == cookie }.map { "not known of \(all.of("planned neighbor")): \($0.why)" }
        let finding =
            failed.isEmpty
            ? gap ?? calm(moment, all.of("planned neighbor"), (before?.failed ?? []).count { $0.netns == cookie })
            : "failed since the flip: "
                + failed.prefix(5).map { "\($0.address) on ifindex \($0.ifindex)" }
                .joined(separator: ", ") + (failed.count > 5 ? ", and \(failed.count - 5) more" : "")
        return HealthCheck(
            moment: moment, subject: .neighbors, vantage: place, isHealthy: failed.isEmpty, finding: finding)
    }

    /// Before the flip nothing can have failed since.
    private func calm(_ moment: HealthCheck.Moment, _ all: String, _ known: Int) -> String {
        guard moment == .beforeFlip else { return "none of \(all) failed since the flip" }
        return known == 0
            ? "none of \(all) is failed" : "of \(all) \(known) \(known == 1 ? "is" : "are") failed already"
    }

    private func devices(
        _ now: HealthReading, _ moment: HealthCheck.Moment, _ cookie: UInt64, _ place: String
    ) -> HealthCheck {
        let grown = growth(now).filter { $0.netns == cookie && $0.errors >= Self.errorLimit }
        let names = grown.prefix(5).map { "\($0.interface) \($0.errors)" }.joined(separator: ", ")
        let gap = now.gaps.first { $0.netns == cookie }.map { "not known: \($0.why)" }
        let vantage = grown.isEmpty ? place : "\(place), interface \(grown.map(\.interface).joined(separator: ", "))"
        return HealthCheck(
            moment: moment, subject: .devices, vantage: vantage, isHealthy: grown.isEmpty,
            finding: grown.isEmpty
                ? gap
                    ?? (moment == .beforeFlip
                        ? "what devices have counted so far is noted: from here on \(Self.errorLimit) errors more are too many"
                        : "no device has \(Self.errorLimit) errors more than at the flip")
                : "errors since the flip: \(names)")
    }

    /// The same in two numbers.
    public func surroundings(_ now: HealthReading) -> TrafficSides.Surroundings {
        let known = Set((before?.failed ?? []).map(\.address))
        return TrafficSides.Surroundings(
            neighborsFailed: now.failed.count { !known.contains($0.address) },
            deviceErrors: growth(now).reduce(0) { $0 &+ $1.errors })
    }

    /// What each device counted since the flip; of one that was made since, everything.
    public func growth(_ now: HealthReading) -> [HealthReading.Device] {
        let old = Dictionary(
            (before?.devices ?? []).map { (DeviceKey(netns: $0.netns, ifindex: $0.ifindex), $0.errors) },
            uniquingKeysWith: { $1 })
        return now.devices.map { device in
            var device = device
            let then = old[DeviceKey(netns: device.netns, ifindex: device.ifindex)] ?? 0
            device.errors = device.errors >= then ? device.errors - then : device.errors
            return device
        }
    }
}
