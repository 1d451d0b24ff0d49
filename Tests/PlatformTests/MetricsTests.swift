import Platform
import Testing

@Suite struct MetricsTests {
    @Test func `counters, gauges and histograms are rendered as Prometheus reads them`() {
        let metrics = Metrics()
        metrics.declareCounter("errors_total", help: "Errors.")
        metrics.count("requests_total", Metrics.label("path", "/v1/{id}") + "," + Metrics.label("status", "200"))
        metrics.count("requests_total", Metrics.label("path", "/v1/{id}") + "," + Metrics.label("status", "200"))
        metrics.observe("seconds", seconds: 0.003)
        metrics.observe("seconds", seconds: 99)
        let text = metrics.prometheusText(gauges: [("agents", "Agents.", 7)])
        #expect(text.contains("# HELP errors_total Errors.\n# TYPE errors_total counter\nerrors_total 0\n"))
        #expect(text.contains("requests_total{path=\"/v1/{id}\",status=\"200\"} 2\n"))
        #expect(text.contains("seconds_bucket{le=\"0.0025\"} 0\n"))
        #expect(text.contains("seconds_bucket{le=\"0.005\"} 1\n"))
        #expect(text.contains("seconds_bucket{le=\"+Inf\"} 2\n"))
        #expect(text.contains("seconds_count 2\n"))
        #expect(text.contains("# TYPE agents gauge\nagents 7\n"))
    }

    @Test func `label values cannot break out of their quotes`() {
        #expect(Metrics.label("a", "x\"\\\n") == "a=\"x\\\"\\\\\\n\"")
    }
}
