import FoundationEssentials
import Model

extension Sample {
    public static let commands = [
        CommandRecord(
            arguments: ["apply", "--node", "worker-7", "--canary", "5%", "plan.json"], startedAt: time,
            startedNs: 91_000_000_000, pid: 4242, actor: .init(uid: 0, loginUID: 1000, sudoUser: "anna"),
            tool: Tool(version: "0.1.0", object: String(repeating: "3f9c1a2b", count: 8)),
            buildID: "5d41402abc4b2a76b9719d911017c592aabbccdd", executable: String(repeating: "0123abcd", count: 8),
            kernel: node.kernel, btf: String(repeating: "feedc0de", count: 8)),
        CommandRecord(
            arguments: ["rollback", "--node", "worker-7"], startedAt: time + 3, startedNs: 94_000_000_000, pid: 1,
            actor: .init(uid: 0, pod: .init(name: "migrate-worker-7-x2x9f", namespace: "kube-system")),
            tool: Tool(version: "0.1.0", object: String(repeating: "3f9c1a2b", count: 8)),
            buildID: "5d41402abc4b2a76b9719d911017c592aabbccdd", executable: nil, kernel: node.kernel, btf: nil),
    ]

    /// A canary that grew, and was taken back.
    public static let traffic = (0..<30).map { second in
        let legacy = UInt64(second < 20 ? 950 * second : 19_000 + 1000 * (second - 20))
        return TrafficSample(
            atNs: 91_400_000_000 + UInt64(second) * 100_000_000, legacy: legacy,
            replacement: UInt64(second < 20 ? 50 * second : 1000), share: second < 20 ? 5 : 0)
    }

    /// The journal of ``journal()`` with the clock that nobody sets back.
    public static func timedJournal() -> [JournalEntry] {
        journal().enumerated().map { number, entry in
            var entry = entry
            let start = 91_000_000_000 + UInt64(entry.startedAt.timeIntervalSince(time) * 1_000_000_000)
            entry.startedNs = start
            entry.endedNs = entry.endedAt.map { start + UInt64($0.timeIntervalSince(entry.startedAt) * 1_000_000_000) }
            entry.command = number < 2 ? 1 : 2
            return entry
        }
    }

    /// Of a run that failed and was rolled back, as an earlier version kept it: without all that came later.
    public static func bareReport() throws -> ReportDocument {
        let plan = try plan()
        return ReportDocument(
            createdAt: time + 60, tool: plan.tool, node: node, run: rolledBack(planID: plan.planID), startedAt: time,
            endedAt: time + 3.5, plan: plan, journal: journal(),
            counters: ["redirected": 128_400, "fib_miss": 3, "dropped": 0])
    }

    /// The same run with everything that a report can tell.
    public static func report() throws -> ReportDocument {
        var report = try bareReport()
        report.journal = timedJournal()
        report.commands = commands
        report.traffic = traffic
        report.run?.sides = TrafficSides(counters: [
            "legacy_share": 28_000, "legacy_miss": 12, "redirected": 990, "fib_miss": 10,
        ])
        report.run?.hooks[0].ours = ours
        report.run?.health = [
            HealthRecord(
                check: HealthCheck(
                    moment: .window, subject: .neighbors, vantage: "network namespace /proc/1/ns/net", isHealthy: true,
                    finding: "none of 129 planned neighbors failed since the flip", at: time), times: 3,
                lastAt: time + 3)
        ]
        report.shadows = [
            ShadowSummary(
                id: "w-0a1b2c3d4e5f", planID: report.plan?.planID ?? "", startedAt: time - 600, verdict: .agree,
                packets: 51_200, differing: 0)
        ]
        if var plan = report.plan {
            plan.footprint = [
                Gain.Object(kind: .program, id: legacy.id, name: legacy.name, bytesMemlock: 4096),
                Gain.Object(kind: .map, id: 41, name: "ambient/app_info", bytesMemlock: 331_776),
            ]
            report.plan = plan
            var gain = Gain(plan)
            gain.lookedAt = time + 60
            for index in gain.objects.indices { gain.objects[index].isLoaded = index == 1 }
            gain.updates[0] = Gain.Updates(
                mapID: 41, map: "ambient/app_info", method: .snapshotAndNow, intervalMs: 120_000, keysChanged: 7)
            report.gain = gain
        }
        report.unobserved = Unseen.of(report, isThisBoot: true)
        return report
    }

    /// Names as somebody may choose them who wants to be read as more than a name.
    public static let hostile =
        "<script>alert('1')</script>\"&\\|`*_[x](http://h)\u{1b}[31m\u{0}\u{7}\u{85}\u{202e}\u{2028}]]>\n# x --> ${x} \u{fffe} \"\u{301} onload=x <\u{301}b>"

    /// The report with such names wherever a name comes from outside.
    public static func hostileReport() throws -> ReportDocument {
        var report = try report()
        report.node.name = hostile
        if var run = report.run {
            for index in run.hooks.indices {
                run.hooks[index].interface = hostile
                run.hooks[index].before?.name = hostile
                run.hooks[index].after?.name = hostile
            }
            run.warnings = [hostile]
            run.remains = [hostile]
            run.breakGlass = [hostile]
            run.proof?.differences = [hostile]
            report.run = run
        }
        if var plan = report.plan {
            for index in plan.entries.indices {
                plan.entries[index].note = hostile
                plan.entries[index].legacy.interface = hostile
            }
            for index in plan.hooks.indices { plan.hooks[index].interface = hostile }
            plan.profile = hostile
            report.plan = plan
        }
        for index in report.journal.indices {
            report.journal[index].intent = hostile
            report.journal[index].evidence = hostile
        }
        report.counters[hostile] = 7
        report.commands?[0].arguments = [hostile]
        report.commands?[0].actor.sudoUser = hostile
        report.gain?.updates[0].map = hostile
        report.gain?.occupancy[0].map = hostile
        report.gain?.objects[1].name = hostile
        report.gain?.outOfStep[hostile] = 1
        report.unobserved?.append(Unobserved(what: hostile, why: hostile))
        return report
    }
}
