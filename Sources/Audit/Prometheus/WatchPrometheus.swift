import FoundationEssentials
import Model

/// What `watch` knows, as a textfile for Prometheus's node_exporter (text format 0.0.4).
public enum WatchPrometheus {
    public static func render(_ document: WatchDocument, at time: Date) -> String {
        var metrics = MetricText()
        var labels = [("node", document.node), ("heals", document.heals ? "yes" : "no")]
        if let run = document.runID { labels.append(("run", run)) }
        if let plan = document.planID { labels.append(("plan", plan)) }
        metrics.gauge("migrate_watch_info", "What is watched; always 1.", [(labels, "1")])
        metrics.gauge(
            "migrate_watch_written_timestamp_seconds", "When this file was written.",
            [([], String(Int(time.timeIntervalSince1970)))])
        metrics.gauge(
            "migrate_watch_hooks", "Hooks of committed runs, and new ones with a legacy program, by standing.",
            document.counts.sorted { $0.key < $1.key }.map { ([("standing", $0.key)], String($0.value)) })
        metrics.gauge(
            "migrate_watch_blockers", "What on the node keeps all hooks from being healed.",
            [([], String(document.blockers.count))])
        metrics.gauge(
            "migrate_watch_heals", "Heals since the watch began, by what became of them.",
            [
                ([("result", "healed")], String(document.healed)),
                ([("result", "taken-back")], String(document.takenBack)),
            ])
        metrics.gauge(
            "migrate_watch_given_up", "Places that are left to whoever insists on them.",
            [([], String(document.givenUp))])
        return metrics.text
    }
}
