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

    /// Three characters mean something in a label's value; what is hidden is shown first.
    static func escaped(_ text: String) -> String {
        Shown.plain(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
