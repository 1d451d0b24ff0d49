/// Counters, gauges and histograms, rendered as Prometheus text (exposition format 0.0.4). A family is declared by its
/// first use; label values are routes, methods and statuses, never content.
package final class Metrics: Sendable {
    private let state = Lock(State())

    /// Seconds; from a fraction of a millisecond to the slowest request worth telling apart.
    private static let buckets: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    package init() {}

    /// Declares a counter so that it is shown, as 0, before its first event.
    package func declareCounter(_ name: String, help: String) {
        state.withLock { state in
            state.help[name] = help
            state.counters[name, default: [:]]["", default: 0] += 0
        }
    }

    /// - Parameter labels: rendered, `operation="insert"`; built by `label`.
    package func count(_ name: String, _ labels: String = "", by amount: Int = 1) {
        state.withLock { $0.counters[name, default: [:]][labels, default: 0] += amount }
    }

    package func observe(_ name: String, seconds: Double, _ labels: String = "") {
        state.withLock { $0.histograms[name, default: [:]][labels, default: Histogram()].add(seconds) }
    }

    /// One label with its value escaped.
    package static func label(_ name: String, _ value: String) -> String {
        // Most values are routes, methods and statuses, asked for with every request.
        guard value.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C || $0 == 0x0A }) else {
            return name + "=\"" + value + "\""
        }
        var escaped = ""
        for character in value {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
        return "\(name)=\"\(escaped)\""
    }

    /// - Parameter gauges: values read at this moment (name, help, value).
    package func prometheusText(gauges: [(name: String, help: String, value: Int)]) -> String {
        let state = state.withLock { $0 }
        var text = ""
        for (name, series) in state.counters.sorted(by: { $0.key < $1.key }) {
            if let help = state.help[name] { text += "# HELP \(name) \(help)\n" }
            text += "# TYPE \(name) counter\n"
            // The unlabelled 0 of a declaration is only there until a labelled series exists.
            let shown = series.count > 1 ? series.filter { $0.key != "" || $0.value > 0 } : series
            for (labels, value) in shown.sorted(by: { $0.key < $1.key }) {
                text += "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value)\n"
            }
        }
        for (name, series) in state.histograms.sorted(by: { $0.key < $1.key }) {
            text += "# TYPE \(name) histogram\n"
            for (labels, histogram) in series.sorted(by: { $0.key < $1.key }) {
                text += histogram.prometheusText(name, labels)
            }
        }
        for gauge in gauges {
            text += "# HELP \(gauge.name) \(gauge.help)\n# TYPE \(gauge.name) gauge\n\(gauge.name) \(gauge.value)\n"
        }
        return text
    }

    private struct State {
        var help: [String: String] = [:]
        var counters: [String: [String: Int]] = [:]
        var histograms: [String: [String: Histogram]] = [:]
    }

    private struct Histogram {
        private var counts = [Int](repeating: 0, count: Metrics.buckets.count)
        private var total = 0
        private var sum = 0.0

        mutating func add(_ seconds: Double) {
            if let index = Metrics.buckets.firstIndex(where: { seconds <= $0 }) { counts[index] += 1 }
            total += 1
            sum += seconds
        }

        func prometheusText(_ name: String, _ labels: String) -> String {
            var text = ""
            var below = 0
            let prefix = labels.isEmpty ? "" : labels + ","
            for (index, bound) in Metrics.buckets.enumerated() {
                below += counts[index]
                text += "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(below)\n"
            }
            text += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(total)\n"
            let suffix = labels.isEmpty ? "" : "{\(labels)}"
            return text + "\(name)_sum\(suffix) \(sum)\n\(name)_count\(suffix) \(total)\n"
        }
    }
}
