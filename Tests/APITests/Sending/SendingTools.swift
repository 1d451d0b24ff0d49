import HTTP
import Platform
import RoostTesting

extension TestServer {
    /// A new agent's id.
    func agent(type: String = "letta_v1_agent", blocks: [(label: String, value: String)] = []) async throws -> String {
        let blocks = blocks.map {
            JSONValue.object(JSONObject([("label", .string($0.label)), ("value", .string($0.value))]))
        }
        let reply = try await post(
            "/v1/agents/", ["name": "tester", "agent_type": .string(type), "memory_blocks": .array(blocks)])
        return reply["id"].string ?? ""
    }

    /// The types of an agent's messages, oldest first.
    func history(of agent: String) async throws -> [String] {
        let reply = try await get("/v1/agents/\(agent)/messages?order=asc")
        return (reply.json.array ?? []).compactMap { $0["message_type"]?.string }
    }
}

extension TestReply {
    /// The JSON of a stream's events, without the last line.
    var events: [JSONValue] {
        ServerSentEvent.data(in: bytes).filter { $0 != "[DONE]" }.compactMap {
            // What is not JSON would be missed by the expectations on it.
            try? JSONValue(parsing: $0)
        }
    }
}
