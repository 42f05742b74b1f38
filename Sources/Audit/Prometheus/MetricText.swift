import Model

/// Prometheus's text format in the making.
struct MetricText {
    typealias Sample = (labels: [(String, String)], value: String)

    private(set) var text = ""

    /// Nothing at all where there is no sample.
    mutating func gauge(_ name: String, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            text += "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(sample.value)\n"
        }
    }

    /// A line break is shown as `\x0a` before.
    static func escaped(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        // By scalars: a quote and a mark that combines with it would be another character.
        for scalar in Shown.plain(text).unicodeScalars {
            if scalar == "\\" || scalar == "\"" { shown.append("\\") }
            shown.append(scalar)
        }
        return String(shown)
    }
}
