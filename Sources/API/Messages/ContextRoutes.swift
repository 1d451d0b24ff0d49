import Domain
import Engine
import HTTP
import Platform
import Wire

/// What the model is given: the context window and the compiled system prompt.
enum ContextRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/agents/{agent_id}/context", contextOperation) { context in
                let window = try await context.engine.agents.contextWindow(
                    of: context[parameter: "agent_id"], conversation: .init(context.text("conversation_id")),
                    by: context.caller)
                return .json { window.write(to: &$0) }
            },
            Route(.post, "/v1/agents/{agent_id}/recompile", recompileOperation("recompile_agent")) { context in
                try await recompile(context)
            },
            Route(.post, "/v1/agents/{agent_id}/system-prompt/recompile", olderRecompileOperation) { context in
                try await recompile(context)
            },
        ]
    }

    private static func recompile(_ context: RequestContext) async throws -> Response {
        let text = try await context.engine.agents.recompile(
            context[parameter: "agent_id"], updatesTime: context.flag("update_timestamp") ?? false,
            dryRun: context.flag("dry_run") ?? false, by: context.caller)
        return .json { $0.element(text) }
    }

    private static var contextOperation: Wire.Operation {
        var operation = Wire.Operation(
            "retrieve_agent_context_window", "What the model is given, section by section; token counts are estimates",
            tag: "agents", success: .json(MessageSchemas.contextWindow))
        operation.parameters = [.init("conversation_id", .string())]
        operation.failures = [404]
        operation.isDeprecated = true
        return operation
    }

    private static func recompileOperation(_ id: String) -> Wire.Operation {
        var operation = Wire.Operation(
            id, "Renders the system message from the memory as it is now, and returns it", tag: "agents",
            success: .json(.string()))
        operation.parameters = [
            .init("update_timestamp", .boolean, note: "Name the present as the time of compilation; default false."),
            .init("dry_run", .boolean, note: "Store nothing."),
        ]
        operation.failures = [404]
        return operation
    }

    private static var olderRecompileOperation: Wire.Operation {
        var operation = recompileOperation("recompile_agent_system_prompt")
        operation.isDeprecated = true
        return operation
    }
}

extension ContextWindow {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("context_window_size_max", limit)
            json.field("context_window_size_current", tokens)
            json.field("num_messages", messages.count)
            json.field("num_archival_memory", archivalPassages)
            json.field("num_recall_memory", recallMessages)
            json.field("num_tokens_external_memory_summary", externalMemory.tokens)
            json.field("external_memory_summary", externalMemory.text)
            json.field("num_tokens_system", system.tokens)
            json.field("system_prompt", system.text)
            json.field("num_tokens_core_memory", coreMemory.tokens)
            json.field("core_memory", coreMemory.text)
            json.field("num_tokens_memory_filesystem", 0)
            json.null("memory_filesystem")
            json.field("num_tokens_tool_usage_rules", toolUsageRules.tokens)
            json.field("tool_usage_rules", toolUsageRules.text.isEmpty ? nil : toolUsageRules.text)
            json.field("num_tokens_directories", 0)
            json.null("directories")
            json.field("num_tokens_summary_memory", summary?.tokens ?? 0)
            json.field("summary_memory", summary?.text)
            json.field("num_tokens_functions_definitions", functionTokens)
            json.array("functions_definitions") { json in for function in functions { json.element(function) } }
            json.field("num_tokens_messages", messageTokens)
            json.array("messages") { json in for message in messages { message.writeStored(to: &json) } }
        }
    }
}
