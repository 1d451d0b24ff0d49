import Domain
import Engine
import HTTP
import Platform
import Wire

/// Coming back to runs, and stopping them (wire notes, section 7).
enum FollowRoutes {
    static var all: [Route] {
        [
            Route(.post, "/v1/runs/{run_id}/stream", streamOperation) { context in
                let run = try await context.engine.runEvents.followable(
                    context[parameter: "run_id"], by: context.caller)
                return following(run, context)
            },
            Route(.post, "/v1/conversations/{conversation_id}/stream", conversationStreamOperation) { context in
                let place = try await context.conversationPlace()
                let run = try await context.engine.runEvents.followable(
                    in: place, runID: context.body.text("run_id"), otid: context.body.text("otid"), by: context.caller)
                return following(run, context)
            },
            Route(.post, "/v1/agents/{agent_id}/messages/cancel", cancelOperation("cancel_message")) { context in
                try await cancel(context, context.ownThread, anyThread: true)
            },
            Route(.post, "/v1/conversations/{conversation_id}/cancel", cancelOperation("cancel_conversation")) {
                context in
                try await cancel(context, try await context.conversationPlace(), anyThread: false)
            },
            Route(.post, "/v1/runs/{run_id}/cancel", cancelRunOperation) { context in
                let run = try await context.engine.sending.stop(context[parameter: "run_id"], by: context.caller)
                return .json { run.write(to: &$0) }
            },
        ]
    }

    private static func cancel(
        _ context: RequestContext, _ place: ConversationPlace, anyThread: Bool
    ) async throws -> Response {
        var ids = context.body.texts("run_ids") ?? []
        if ids.isEmpty {
            ids = [try await context.engine.sending.newestRun(of: place, anyThread: anyThread, by: context.caller)]
        }
        return reply(try await context.engine.sending.cancel(ids, by: context.caller))
    }

    private static func reply(_ words: [(id: String, word: String)]) -> Response {
        .json { json in
            json.object { json in
                for (id, word) in words {
                    json.key(text: id)
                    json.element(word)
                }
            }
        }
    }

    static func following(_ run: Run, _ context: RequestContext, pings: Bool? = nil) -> Response {
        let after = context.body.integer("starting_after") ?? 0
        let pinged = context.body.flag("include_pings") ?? true
        return .events { writer in
            let pinging = PingedWriter(writer, runID: pinged ? run.id : nil)
            try await pinging.during {
                try await context.engine.runEvents.follow(run.id, after: after, by: context.caller) { frame in
                    try await pinging.write(frame)
                }
            }
            try await pinging.write(RunStream.done)
        }
    }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String, _ body: Schema, _ reply: Wire.Operation.Reply)
        -> Wire.Operation
    {
        var operation = Wire.Operation(id, summary, tag: "runs", success: reply)
        operation.body = body
        operation.bodyIsRequired = false
        operation.failures = [400, 404, 409, 410]
        return operation
    }

    private static var streamOperation: Wire.Operation {
        operation(
            "retrieve_stream_for_run", "The events of a background run from a number on, then those that come",
            SendSchemas.resume, .eventStream)
    }

    private static var conversationStreamOperation: Wire.Operation {
        operation(
            "retrieve_conversation_stream", "The events of the conversation's newest background run",
            SendSchemas.resume, .eventStream)
    }

    private static func cancelOperation(_ id: String) -> Wire.Operation {
        operation(id, "Stops runs, the newest when none is named", SendSchemas.cancel, .json(SendSchemas.cancelled))
    }

    private static var cancelRunOperation: Wire.Operation {
        var operation = operation(
            "cancel_run", "Stops a run", SendSchemas.cancel, .json(RunSchemas.run))
        operation.body = nil
        return operation
    }
}

extension RequestContext {
    /// The thread that a conversation's path names: a conversation, `default` with an agent, or an agent's id.
    func conversationPlace() async throws -> ConversationPlace {
        let reference = try ThreadReference(
            self[parameter: "conversation_id"], agentID: body.text("agent_id") ?? text("agent_id"))
        switch reference {
        case .main(let agentID): return ConversationPlace(agentID: agentID, conversationID: nil)
        case .conversation(let id):
            let conversation = try await engine.conversations.find(id, by: caller)
            return ConversationPlace(agentID: conversation.agentID, conversationID: id)
        }
    }
}
