import Domain
import Engine
import HTTP
import Platform
import Wire

/// Talking to agents: an answer at once, as a stream, or later (wire notes, section 7).
enum SendRoutes {
    static var all: [Route] {
        [
            Route(.post, "/v1/agents/{agent_id}/messages", sendOperation) { context in
                let isStreamed = context.body.flag("streaming") ?? false
                return try await isStreamed ? stream(context, context.ownThread) : send(context, context.ownThread)
            },
            Route(.post, "/v1/agents/{agent_id}/messages/stream", streamOperation) { context in
                try await stream(context, context.ownThread)
            },
            Route(.post, "/v1/agents/{agent_id}/messages/async", asyncOperation) { context in
                let run = try await context.engine.sending.sendLater(
                    backgroundRequest(context), to: context.ownThread, by: context.caller)
                return .json { run.write(to: &$0) }
            },
            Route(.post, "/v1/conversations/{conversation_id}/messages", conversationOperation) { context in
                let place = try await context.conversationPlace()
                let isStreamed = context.body.flag("streaming") ?? true
                return try await isStreamed ? stream(context, place) : send(context, place)
            },
        ]
    }

    private static func send(_ context: RequestContext, _ place: ConversationPlace) async throws -> Response {
        let collected = Collected()
        let prepared = try await context.engine.sending.prepare(
            SendRequest(context.body), to: place, by: context.caller)
        let end = await prepared.carry { await collected.add($0) }
        let presentation = context.sentPresentation
        let (messages, type) = (await collected.messages, await collected.agentType)
        var shown = messages.flatMap { presentation.messages(of: $0, agentType: type) }
        if context.body.flag("include_compaction_messages") == true {
            shown = await collected.summaries.flatMap(presentation.summaries) + shown
        }
        return end.response(shown)
    }

    private actor Collected {
        var messages: [Message] = []
        var summaries: [Message] = []
        var agentType = AgentType.lettaV1

        func add(_ event: RunEvent) {
            switch event {
            case .began(_, let type): agentType = type
            case .stored(let stored): messages += stored
            case .compacted(let summary): summaries.append(summary)
            case .piece, .compacting, .ended: break
            }
        }
    }

    private static func backgroundRequest(_ context: RequestContext) -> SendRequest {
        var request = SendRequest(context.body)
        request.isBackground = true
        return request
    }

    private static func stream(_ context: RequestContext, _ place: ConversationPlace) async throws -> Response {
        let request = SendRequest(context.body)
        let stream = RunStream(
            context.sentPresentation, includesPings: context.body.flag("include_pings") ?? true,
            showsCompaction: request.showsCompaction)
        if request.isBackground {
            let shared = SharedRunStream(stream)
            let run = try await context.engine.sending.sendInBackground(request, to: place, by: context.caller) {
                await shared.frames($0).map { frame in { @Sendable number in frame(number) } }
            }
            return FollowRoutes.following(run, context)
        }
        return try await context.engine.sending.prepare(request, to: place, by: context.caller).response(stream)
    }

    // MARK: Operations

    static func operation(_ id: String, _ summary: String, _ body: Schema, _ reply: Wire.Operation.Reply)
        -> Wire.Operation
    {
        var operation = Wire.Operation(id, summary, tag: "messages", success: reply)
        operation.body = body
        operation.failures = [400, 401, 402, 404, 409, 429, 500, 502, 503, 504]
        return operation
    }

    private static var sendOperation: Wire.Operation {
        operation(
            "send_message", "Sends messages and waits for the answer, or streams it", SendSchemas.streaming,
            .json(SendSchemas.response))
    }

    private static var streamOperation: Wire.Operation {
        var operation = operation(
            "create_agent_message_stream", "Sends messages and streams the answer", SendSchemas.conversation,
            .eventStream)
        operation.isDeprecated = true
        return operation
    }

    private static var asyncOperation: Wire.Operation {
        operation(
            "create_agent_message_async", "Sends messages; the answer comes with the run that is returned",
            SendSchemas.async, .json(RunSchemas.run))
    }

    private static var conversationOperation: Wire.Operation {
        operation(
            "send_conversation_message", "Sends messages in a conversation; streams by default",
            SendSchemas.conversation, .eventStream)
    }
}

extension RequestContext {
    var ownThread: ConversationPlace { ConversationPlace(agentID: self[parameter: "agent_id"], conversationID: nil) }
}
