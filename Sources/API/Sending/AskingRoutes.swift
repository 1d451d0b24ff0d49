import Domain
import Engine
import HTTP
import Platform
import Wire

/// Compaction, one answer without the agent, and a look at what a model would be sent.
enum AskingRoutes {
    static var all: [Route] {
        [
            Route(.post, "/v1/agents/{agent_id}/summarize", compactOperation("summarize_messages")) { context in
                try await compact(context, context.ownThread)
            },
            Route(.post, "/v1/conversations/{conversation_id}/compact", compactOperation("compact_conversation")) {
                context in
                try await compact(context, try await context.conversationPlace())
            },
            Route(.post, "/v1/agents/{agent_id}/generate", generateOperation) { try await generate($0) },
            Route(
                .post, "/v1/agents/{agent_id}/messages/preview-raw-payload",
                previewOperation("preview_model_request", SendSchemas.streaming)
            ) { context in try await preview(context, context.ownThread) },
            Route(
                .post, "/v1/conversations/{conversation_id}/messages/preview-raw-payload",
                previewOperation("preview_conversation_model_request", SendSchemas.conversation)
            ) { context in try await preview(context, try await context.conversationPlace()) },
        ]
    }

    private static func compact(_ context: RequestContext, _ place: ConversationPlace) async throws -> Response {
        let result = try await context.engine.sending.compact(
            place, settings: context.body.json("compaction_settings"), by: context.caller)
        return .json { json in
            json.object { json in
                json.field("summary", result.summary)
                json.field("num_messages_before", result.before)
                json.field("num_messages_after", result.after)
            }
        }
    }

    private static func generate(_ context: RequestContext) async throws -> Response {
        let body = context.body
        do {
            let (answer, model) = try await context.engine.sending.generate(
                body.text("prompt") ?? "", system: body.text("system_prompt"), schema: body.json("response_schema"),
                model: body.text("override_model"), for: context[parameter: "agent_id"], by: context.caller)
            return .json { json in
                json.object { json in
                    json.field("content", answer.text)
                    json.field("model", model)
                    json.object("usage") { json in
                        json.field("message_type", "usage_statistics")
                        json.field("completion_tokens", answer.usage.completion)
                        json.field("prompt_tokens", answer.usage.prompt)
                        json.field("total_tokens", answer.usage.total)
                        json.field("step_count", 1)
                        json.null("run_ids")
                    }
                }
            }
        } catch let failure as RunFailure {
            return failure.response
        }
    }

    private static func preview(_ context: RequestContext, _ place: ConversationPlace) async throws -> Response {
        let payload = try await context.engine.sending.preview(
            SendRequest(context.body), to: place, by: context.caller)
        return .json { $0.element(payload) }
    }

    // MARK: Operations

    private static func compactOperation(_ id: String) -> Wire.Operation {
        var operation = SendRoutes.operation(
            id, "Replaces the oldest messages in context by a summary", SendSchemas.compaction,
            .json(SendSchemas.compacted))
        operation.bodyIsRequired = false
        return operation
    }

    private static var generateOperation: Wire.Operation {
        SendRoutes.operation(
            "generate_completion", "One answer of the agent's model, without its memory", SendSchemas.generate,
            .json(SendSchemas.generated))
    }

    private static func previewOperation(_ id: String, _ body: Schema) -> Wire.Operation {
        SendRoutes.operation(id, "What the model would be sent", body, .json(.freeObject))
    }
}
