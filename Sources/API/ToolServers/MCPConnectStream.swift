import Domain
import Engine
import HTTP
import Platform

/// Trying a server, told as events: `connection_attempt`, then `success` with its tools, or `error`. The contract's other
/// events belong to OAuth, which is not spoken.
enum MCPConnectStream {
    static func response(
        _ name: String, _ tools: @escaping @Sendable () async throws -> [ReportedTool]
    ) -> Response {
        .events { writer in
            try await writer.write(
                event("connection_attempt") { json in json.field("server_name", name) })
            do {
                let tools = try await tools()
                try await writer.write(
                    event("success") { json in
                        json.array("tools") { json in for tool in tools { tool.write(to: &json) } }
                    })
            } catch let error as ToolServerError {
                try await writer.write(event("error") { json in json.field("message", error.message) })
            } catch let refusal as Refusal {
                try await writer.write(event("error") { json in json.field("message", refusal.message) })
            }
        }
    }

    private static func event(_ name: String, _ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("event", name)
            members(&json)
        }
        return Array("data: ".utf8) + json.bytes + Array("\n\n".utf8)
    }
}
