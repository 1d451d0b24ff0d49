import Domain
import Engine
import HTTP
import Platform
import Wire

/// `POST /v1/tools/generate-schema` and `/v1/tools/generate-tool`: V1 serves them, its document leaves them out.
enum ToolGenerationRoutes {
    static var all: [Route] {
        [
            Route(.post, "/v1/tools/generate-schema", schemaOperation) { context in
                guard let source = context.body.text("code") ?? context.body.text("source_code") else {
                    throw Refusal.invalid("code: the source is missing.")
                }
                let schema = try await context.engine.toolGeneration.schema(
                    of: source, sourceType: context.body.text("source_type"))
                return .json { $0.element(.object(schema)) }
            },
            Route(.post, "/v1/tools/generate-tool", toolOperation) { try await draft($0) },
        ]
    }

    private static func draft(_ context: RequestContext) async throws -> Response {
        let body = context.body
        var wish = ToolGeneration.Wish(name: body.text("tool_name") ?? "", prompt: body.text("prompt") ?? "")
        wish.model = body.text("handle")
        wish.source = body.text("starter_code")
        wish.faults = body.texts("validation_errors") ?? []
        do {
            let draft = try await context.engine.toolGeneration.draft(wish, by: context.caller)
            return .json { json in
                json.object { json in
                    json.key("tool")
                    draft.tool.write(to: &json)
                    json.field("sample_args", .object(draft.sampleArguments))
                    json.field("response", draft.explanation)
                }
            }
        } catch let failure as RunFailure {
            return failure.response
        }
    }

    private static var schemaOperation: Wire.Operation {
        var operation = Wire.Operation(
            "generate_json_schema", "The schema of the function that a source defines", tag: "tools",
            success: .json(.freeObject))
        operation.body = ToolSchemas.generateSchema
        operation.failures = [400, 503]
        return operation
    }

    private static var toolOperation: Wire.Operation {
        var operation = Wire.Operation(
            "generate_tool_from_prompt", "Has a model write a tool, which is shown and not stored", tag: "tools",
            success: .json(ToolSchemas.generatedTool))
        operation.body = ToolSchemas.generateTool
        operation.failures = [400, 502, 503]
        return operation
    }
}
