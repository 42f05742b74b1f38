import FoundationEssentials
import Model

/// A report as a textfile for Prometheus's node_exporter (text format 0.0.4): what was measured is a sample, what was not is none.
public enum ReportPrometheus {
    public static func render(_ report: ReportDocument) -> String {
        let facts = ReportFacts(report)
        var metrics = MetricText()
        identity(report, &metrics)
        claims(facts, &metrics)
        if let plan = report.plan { entries(plan, &metrics) }
        if let gain = report.gain { write(gain, &metrics) }
        traffic(report, &metrics)
        if let run = report.run { outcome(run, &metrics) }
        return metrics.text
    }

    private static func identity(_ report: ReportDocument, _ metrics: inout MetricText) {
        var labels = [
            ("node", report.node.name), ("kernel", report.node.kernel), ("version", report.tool.version),
            ("object", String(report.tool.object.prefix(12))),
        ]
        if let run = report.run {
            labels += [("run", run.runID), ("plan", run.planID), ("state", run.state.rawValue)]
            if let reason = run.reason { labels.append(("reason", reason.rawValue)) }
        } else if let plan = report.plan {
            labels += [("plan", plan.planID), ("state", plan.blockers.isEmpty ? "planned" : "blocked")]
        }
        metrics.gauge("migrate_report_info", "What the report is of; always 1.", [(labels, "1")])
        func moment(_ name: String, _ help: String, _ date: Date?) {
            metrics.gauge(name, help, date.map { [([], String(Int($0.timeIntervalSince1970)))] } ?? [])
        }
        moment("migrate_report_created_timestamp_seconds", "When the report was made.", report.createdAt)
        moment("migrate_run_started_timestamp_seconds", "When the run began.", report.startedAt)
        moment("migrate_run_ended_timestamp_seconds", "When the run was over.", report.endedAt)
    }

    private static func claims(_ facts: ReportFacts, _ metrics: inout MetricText) {
        let known = facts.claims.filter { $0.standing != .notShown }
        metrics.gauge(
            "migrate_claim", "1 where the report shows it, 0 where it failed; no sample where nobody looked.",
            known.map { ([("claim", $0.name)], $0.standing == .shown ? "1" : "0") })
        metrics.gauge(
            "migrate_unobserved", "Things that could not be read or were not asked.",
            [([], String(facts.report.unobserved?.count ?? 0))])
    }

    private static func entries(_ plan: PlanDocument, _ metrics: inout MetricText) {
        func counts(_ counts: [String: Int], _ label: String) -> [MetricText.Sample] {
            counts.sorted { $0.key < $1.key }.map { ([(label, $0.key)], String($0.value)) }
        }
        metrics.gauge("migrate_entries", "Entries of the legacy maps, by verdict.", counts(plan.verdicts, "verdict"))
        metrics.gauge("migrate_entry_effects", "Entries of the legacy maps, by effect.", counts(plan.effects, "effect"))
        metrics.gauge(
            "migrate_blockers", "What stands against applying the plan.", [([], String(plan.blockers.count))])
    }

    private static func write(_ gain: Gain, _ metrics: inout MetricText) {
        func map(_ id: UInt32, _ name: String) -> [(String, String)] { [("id", String(id)), ("map", name)] }
        metrics.gauge(
            "migrate_map_entries", "Entries that the plan read.",
            gain.occupancy.map { (map($0.mapID, $0.map), String($0.entries)) })
        metrics.gauge(
            "migrate_map_max_entries", "Entries that fit into the map.",
            gain.occupancy.map { (map($0.mapID, $0.map), String($0.maxEntries)) })
        let measured = gain.updates.filter { $0.method != .notMeasured }
        func updates(_ name: String, _ help: String, _ value: (Gain.Updates) -> String?) {
            metrics.gauge(
                name, help,
                measured.compactMap { update in
                    value(update).map { (map(update.mapID, update.map) + [("method", update.method.rawValue)], $0) }
                })
        }
        updates("migrate_map_changed_keys", "Keys of the map that changed while it was watched, at least.") {
            $0.keysChanged.map(String.init)
        }
        updates("migrate_map_watched_seconds", "How long the map was watched.") {
            $0.intervalMs.map { "\($0 / 1000).\(String(1000 + $0 % 1000).dropFirst())" }
        }
        updates(
            "migrate_map_updates_per_hour", "Updates in an hour, at least; only where a minute or more was watched."
        ) {
            $0.perHour.map(String.init)
        }
        guard gain.lookedAt != nil else { return }
        metrics.gauge(
            "migrate_retired_objects", "Programs and maps of the deployment that the kernel has let go.",
            [([("kind", "map")], String(gain.retired(.map))), ([("kind", "program")], String(gain.retired(.program)))])
        metrics.gauge(
            "migrate_retired_memlock_bytes", "What those of known size were charged.",
            [([], String(gain.retiredBytes))])
    }

    private static func traffic(_ report: ReportDocument, _ metrics: inout MetricText) {
        metrics.gauge(
            "migrate_packets", "Packets that the run's programs saw, by outcome.",
            report.counters.sorted { $0.key < $1.key }.map { ([("outcome", $0.key)], String($0.value)) })
        guard let sides = report.run?.sides else { return }
        let both = [("legacy", sides.legacy), ("replacement", sides.replacement)]
        metrics.gauge(
            "migrate_side_packets", "Packets of the confirm window, by side.",
            both.map { ([("side", $0)], String($1.packets)) })
        metrics.gauge(
            "migrate_side_failed_packets", "Of those, the ones that failed.",
            both.map { ([("side", $0)], String($1.failed)) })
    }

    private static func outcome(_ run: RunDocument, _ metrics: inout MetricText) {
        let standings = Dictionary(grouping: run.hooks) { $0.standing?.rawValue ?? "not-read-back" }
        metrics.gauge(
            "migrate_hooks", "Hooks of the run, by how they were found.",
            standings.sorted { $0.key < $1.key }.map { ([("standing", $0.key)], String($0.value.count)) })
        guard let proof = run.proof else { return }
        metrics.gauge(
            "migrate_proof_identical",
            "1 where every hook that is still there is as it was, and nothing of ours is left.",
            [([], proof.identical ? "1" : "0")])
        metrics.gauge(
            "migrate_proof_differences", "What was not as before.", [([], String(proof.differences.count))])
    }
}
