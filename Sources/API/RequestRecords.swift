import HTTP
import Platform

/// What is kept of a request: counts and times by route, and in the debug log a line without content.
struct RequestRecords: Sendable {
    let metrics: Metrics
    let log: Log

    func add(_ request: Request, _ response: Response, _ template: String, _ duration: Duration) {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        let method = request.method.rawValue
        let route = Metrics.label("method", method) + "," + Metrics.label("path", template)
        metrics.count("http_requests_total", route + "," + Metrics.label("status", String(response.status)))
        metrics.observe("http_request_duration_seconds", seconds: seconds, route)
        guard log.level <= .debug else { return }
        log.debug(
            "request", ("id", .string(request.id)), ("method", .string(method)), ("route", .string(template)),
            ("status", .int(Int64(response.status))), ("ms", .double((seconds * 100_000).rounded() / 100)))
    }
}
