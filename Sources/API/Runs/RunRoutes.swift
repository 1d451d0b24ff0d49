import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/runs/…`: what was kept of runs.
enum RunRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/runs/", listOperation) { context in
                let runs = try await context.engine.runs.list(
                    filter(context), context.page(limit: 100, ascending: false), by: context.caller)
                return .list(runs) { $0.write(to: &$1) }
            },
            Route(.get, "/v1/runs/active", activeOperation) { context in
                var filter = filter(context)
                filter.statuses = [.created, .running]
                let page = PageRequest(limit: PageRequest.maximumLimit)
                let runs = try await context.engine.runs.list(filter, page, by: context.caller)
                return .list(runs) { $0.write(to: &$1) }
            },
            Route(.get, "/v1/runs/{run_id}", retrieveOperation) { context in
                let run = try await context.engine.runs.find(context[parameter: "run_id"], by: context.caller)
                return .json { run.write(to: &$0) }
            },
            Route(.delete, "/v1/runs/{run_id}", deleteOperation) { context in
                let run = try await context.engine.runs.delete(context[parameter: "run_id"], by: context.caller)
                return .json { run.write(to: &$0) }
            },
            Route(.get, "/v1/runs/{run_id}/messages", messagesOperation) { context in
                let id = context[parameter: "run_id"]
                return try await context.messages(context.page(limit: 100, ascending: true)) { page in
                    try await context.engine.runs.messages(of: id, page, by: context.caller)
                }
            },
            Route(.get, "/v1/runs/{run_id}/steps", stepsOperation) { context in
                let steps = try await context.engine.runs.steps(
                    of: context[parameter: "run_id"], context.page(limit: 100, ascending: false), by: context.caller)
                return .list(steps) { $0.write(to: &$1) }
            },
            Route(.get, "/v1/runs/{run_id}/usage", usageOperation) { context in
                let usage = try await context.engine.runs.usage(of: context[parameter: "run_id"], by: context.caller)
                return .json { usage.write(to: &$0) }
            },
            Route(.get, "/v1/runs/{run_id}/metrics", metricsOperation) { context in
                let metrics = try await context.engine.runs.metrics(
                    of: context[parameter: "run_id"], by: context.caller)
                return .json { metrics.write(to: &$0) }
            },
            Route(.get, "/v1/runs/{run_id}/trace", traceOperation) { context in
                let id = context[parameter: "run_id"]
                let spans = try await context.engine.runs.trace(
                    of: id, limit: context.integer("limit") ?? 1000, by: context.caller)
                return .list(spans) { $0.write(traceID: id, to: &$1) }
            },
        ]
    }

    private static func filter(_ context: RequestContext) -> RunFilter {
        var filter = RunFilter()
        filter.agentIDs = (context.texts("agent_ids") + context.texts("agent_id")).uniqued
        filter.statuses = context.texts("statuses").compactMap(RunStatus.init(rawValue:))
        if context.flag("active") ?? false { filter.statuses = [.created, .running] }
        filter.stopReason = context.text("stop_reason").flatMap(StopReason.init(rawValue:))
        filter.isBackground = context.flag("background")
        filter.conversation = .init(context.text("conversation_id"))
        filter.projectID = context.text("project_id")
        return filter
    }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String, _ reply: Schema = RunSchemas.run) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "runs", success: .json(reply))
        operation.failures = [404]
        return operation
    }

    private static let filters: [Wire.Operation.Parameter] = [
        .init("agent_id", .string(.identifier(.agent))),
        .init("agent_ids", .string(.identifier(.agent)), repeated: true), .init("background", .boolean),
    ]

    private static var listOperation: Wire.Operation {
        var operation = operation("list_runs", "Runs, newest first", .array(RunSchemas.run))
        operation.parameters =
            QueryCheck.page(limit: 100, ascending: false) + filters + [
                .init("statuses", RunSchemas.status, repeated: true), .init("stop_reason", RunSchemas.stopReason),
                .init("conversation_id", .string(), note: "An id, or 'default' for the agent's own thread."),
                .init("project_id", .string()), .init("active", .boolean, note: "Only runs that are not over."),
                .init("order_by", .enumeration(["created_at"])), .init("ascending", .boolean),
            ]
        return operation
    }

    private static var activeOperation: Wire.Operation {
        var operation = operation("list_active_runs", "Runs that are not over", .array(RunSchemas.run))
        operation.parameters = filters
        operation.isDeprecated = true
        return operation
    }

    private static var retrieveOperation: Wire.Operation { operation("retrieve_run", "One run") }

    private static var deleteOperation: Wire.Operation {
        var operation = operation("delete_run", "Deletes a run that is over; its messages and steps stay")
        operation.failures = [404, 409]
        return operation
    }

    private static var messagesOperation: Wire.Operation {
        var operation = operation(
            "list_messages_for_run", "Messages of a run, oldest first", .array(MessageSchemas.message))
        operation.parameters =
            QueryCheck.page(limit: 100, ascending: true) + MessageRoutes.presentation + [
                .init("order_by", .enumeration(["created_at"]))
            ]
        return operation
    }

    private static var stepsOperation: Wire.Operation {
        var operation = operation("list_steps_for_run", "Steps of a run, newest first", .array(StepSchemas.step))
        operation.parameters =
            QueryCheck.page(limit: 100, ascending: false) + [.init("order_by", .enumeration(["created_at"]))]
        return operation
    }

    private static var usageOperation: Wire.Operation {
        operation("retrieve_usage_for_run", "Tokens of a run", RunSchemas.usage)
    }

    private static var metricsOperation: Wire.Operation {
        operation("retrieve_metrics_for_run", "How long a run took and what it used", RunSchemas.metrics)
    }

    private static var traceOperation: Wire.Operation {
        var operation = operation(
            "retrieve_trace_for_run", "What a run spent its time on, the run itself first", .array(RunSchemas.span))
        operation.parameters = [.init("limit", .integer(minimum: 1, maximum: 5000), note: "Default 1000.")]
        return operation
    }
}
