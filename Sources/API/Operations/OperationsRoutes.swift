import Engine
import HTTP
import Platform
import Wire

/// Health, readiness, metrics and the API's own description.
enum OperationsRoutes {
    static var all: [Route] {
        [
            Route(.get, "/health", operation("health", "Whether the server is up")) { _ in health() },
            Route(.get, "/v1/health/", operation("check_health", "Whether the server is up")) { _ in health() },
            Route(.get, "/v1/ready/", readiness) { context in
                try await context.engine.checkReady()
                return health()
            },
            Route(.get, "/metrics", metrics) { context in try await prometheus(context) },
            Route(.get, "/openapi.json", document) { _ in .json(200, OpenAPIDocument.bytes) },
        ]
    }

    private static let healthReply = Schema.object(
        "Health", [.required("version", .string()), .required("status", .string())])

    private static func operation(_ id: String, _ summary: String) -> Wire.Operation {
        Wire.Operation(id, summary, tag: "health", success: .json(healthReply))
    }

    private static var readiness: Wire.Operation {
        var operation = operation("check_readiness", "Whether the database answers")
        operation.failures = [503]
        return operation
    }

    private static let prometheusType = "text/plain; version=0.0.4; charset=utf-8"

    private static let metrics = Wire.Operation(
        "metrics", "Metrics in Prometheus text format", tag: "operations",
        success: .text(contentType: prometheusType))

    private static let document = Wire.Operation(
        "openapi", "This API as an OpenAPI document", tag: "operations", success: .json(.freeObject))

    static func health() -> Response {
        var json = JSONWriter(reserving: 64)
        json.object { json in
            json.field("version", RoostVersion.contract)
            json.field("status", "ok")
        }
        return .json(200, json.bytes)
    }

    private static func prometheus(_ context: RequestContext) async throws -> Response {
        let counts = try await context.engine.counts()
        let text = context.engine.metrics.prometheusText(gauges: [
            ("letta_agents_total", "Agents that exist.", counts.agents),
            ("letta_archival_passages_total", "Archival passages that exist.", counts.passages),
            ("roost_passages_waiting", "Passages that wait for their vector.", counts.waiting),
        ])
        var response = Response(status: 200, headers: Headers(), body: .bytes(Array(text.utf8)))
        response.headers.set("content-type", prometheusType)
        return response
    }
}
