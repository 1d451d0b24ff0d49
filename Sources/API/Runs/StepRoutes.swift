import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/steps/…`: calls of models within runs.
enum StepRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/steps/", listOperation) { context in
                let steps = try await context.engine.steps.list(
                    filter(context), context.page(limit: 50, ascending: false), by: context.caller)
                return .list(steps) { $0.write(to: &$1) }
            },
            Route(.get, "/v1/steps/{step_id}", retrieveOperation) { context in
                let step = try await context.engine.steps.find(context[parameter: "step_id"], by: context.caller)
                return .json { step.write(to: &$0) }
            },
            Route(.get, "/v1/steps/{step_id}/messages", messagesOperation) { context in
                let id = context[parameter: "step_id"]
                return try await context.messages(context.page(limit: 100, ascending: true)) { page in
                    try await context.engine.steps.messages(of: id, page, by: context.caller)
                }
            },
            Route(.get, "/v1/steps/{step_id}/metrics", metricsOperation) { context in
                let (step, agent) = try await context.engine.steps.metrics(
                    of: context[parameter: "step_id"], by: context.caller)
                return .json { step.writeMetrics(agent: agent, to: &$0) }
            },
            Route(.get, "/v1/steps/{step_id}/trace", traceOperation("retrieve_trace_for_step")) { context in
                try await trace(context)
            },
            Route(.get, "/v1/telemetry/{step_id}", olderTraceOperation) { context in try await trace(context) },
            Route(.patch, "/v1/steps/{step_id}/feedback", feedbackOperation) { context in
                let step = try await context.engine.steps.setFeedback(
                    context.body.text("feedback"), tags: context.body.texts("tags"),
                    of: context[parameter: "step_id"], by: context.caller)
                return .json { step.write(to: &$0) }
            },
        ]
    }

    private static func trace(_ context: RequestContext) async throws -> Response {
        let found = try await context.engine.steps.trace(of: context[parameter: "step_id"], by: context.caller)
        guard let found else { return .null }
        return .json { found.trace.write(tags: found.tags, organization: context.caller.organization, to: &$0) }
    }

    private static func filter(_ context: RequestContext) -> StepFilter {
        var filter = StepFilter()
        filter.agentID = context.text("agent_id")
        filter.model = context.text("model")
        filter.ids = context.texts("trace_ids")
        filter.feedback = context.text("feedback")
        filter.hasFeedback = context.flag("has_feedback")
        filter.tags = context.texts("tags")
        filter.projectID = context.text("project_id")
        filter.start = context.text("start_date").flatMap { Timestamp(iso8601: $0) }
        filter.end = context.text("end_date").flatMap { Timestamp(endOf: $0) }
        return filter
    }

    // MARK: Operations

    private static func operation(
        _ id: String, _ summary: String, _ reply: Schema = StepSchemas.step
    ) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "steps", success: .json(reply))
        operation.failures = [404]
        return operation
    }

    private static var listOperation: Wire.Operation {
        var operation = operation("list_steps", "Steps, newest first", .array(StepSchemas.step))
        operation.parameters =
            QueryCheck.page(limit: 50, ascending: false) + [
                .init("agent_id", .string()), .init("model", .string(), note: "Without its provider."),
                .init("start_date", .string(.dateTime)), .init("end_date", .string(.dateTime)),
                .init("trace_ids", .string(), repeated: true), .init("feedback", StepSchemas.feedback),
                .init("has_feedback", .boolean), .init("tags", .string(), repeated: true),
                .init("project_id", .string()), .init("order_by", .enumeration(["created_at"])),
            ]
        return operation
    }

    private static var retrieveOperation: Wire.Operation { operation("retrieve_step", "One step") }

    private static var messagesOperation: Wire.Operation {
        var operation = operation(
            "list_messages_for_step", "Messages of a step, oldest first", .array(MessageSchemas.message))
        operation.parameters =
            QueryCheck.page(limit: 100, ascending: true) + MessageRoutes.presentation + [
                .init("order_by", .enumeration(["created_at"]))
            ]
        return operation
    }

    private static var metricsOperation: Wire.Operation {
        operation("retrieve_metrics_for_step", "How long a step took", StepSchemas.metrics)
    }

    private static func traceOperation(_ id: String) -> Wire.Operation {
        operation(
            id, "What was sent to the model's service and came back; null when it is not kept",
            .nullable(StepSchemas.trace))
    }

    private static var olderTraceOperation: Wire.Operation {
        var operation = traceOperation("retrieve_provider_trace")
        operation.isDeprecated = true
        return operation
    }

    private static var feedbackOperation: Wire.Operation {
        var operation = operation("modify_feedback_for_step", "Says whether a step was good")
        operation.body = StepSchemas.modifyFeedback
        return operation
    }
}
