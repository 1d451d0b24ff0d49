import Domain
import Platform
import RoostTesting
import Testing

@Suite struct ThinkingTests {
    @Test func `what an agent thinks in a call is shown as a thought, and told to it again beside the call`()
        async throws
    {
        try await withServer { server in
            let agent = try await server.agent(type: "memgpt_agent")
            let arguments = #"{"thinking": "Greet.", "message": "Hello!", "request_heartbeat": false}"#
            server.model.script(.calls(("send_message", arguments)))
            let reply = try await server.post("/v1/agents/\(agent)/messages", ["input": "Hi"])
            let types = (reply["messages"].array ?? []).compactMap { $0["message_type"]?.string }
            #expect(types == ["reasoning_message", "assistant_message"])
            #expect(reply["messages"].array?.first?["reasoning"] == "Greet.")
            #expect(reply["messages"].array?.first?["source"] == "non_reasoner_model")
            let tool = server.model.requests.first?.tools.first { $0.name == "send_message" }
            #expect(tool?.parameters.value["properties"]?.object?.members.first?.name == "thinking")
            _ = try await server.post("/v1/agents/\(agent)/messages", ["input": "Again"])
            let turns = Array(server.model.requests.last?.turns.dropFirst(1) ?? [])
            let said: [[ChatPart]] = turns.compactMap { turn in
                if case .assistant(let parts, _) = turn { return parts }
                return nil
            }
            #expect(said.contains([ChatPart.text("Greet.")]))
        }
    }

    @Test func `a stream shows what is thought in a call as a thought, at the place that the stored one has`()
        async throws
    {
        try await withServer { server in
            let agent = try await server.agent(type: "memgpt_agent")
            let arguments =
                #"{"thinking": "Keep \"tea\".", "label": "human", "content": "Tea.", "request_heartbeat": true}"#
            let pieces = arguments.unicodeScalars.map {
                ChatDelta.call(index: 0, id: nil, name: nil, arguments: String($0), signature: nil)
            }
            let first = ChatDelta.call(
                index: 0, id: "call_1", name: "core_memory_append", arguments: "", signature: nil)
            server.model.script(.deltas([first] + pieces + [.end(.toolCalls)]))
            server.model.script(.calls(("send_message", #"{"thinking": "Greet.", "message": "Hello!"}"#)))
            let reply = try await server.post(
                "/v1/agents/\(agent)/messages", ["input": "Hi", "streaming": true, "stream_tokens": true])
            let shown = reply.events.filter { $0["step_id"]?.string != nil }
            func texts(_ type: String, _ member: (JSONValue) -> String?) -> [String] {
                var order: [String] = []
                var texts: [String: String] = [:]
                for event in shown where event["message_type"]?.string == type {
                    let otid = event["otid"]?.string ?? ""
                    if texts[otid] == nil { order.append(otid) }
                    texts[otid, default: ""] += member(event) ?? ""
                }
                return order.compactMap { texts[$0] }
            }
            #expect(texts("reasoning_message") { $0["reasoning"]?.string } == ["Keep \"tea\".", "Greet."])
            #expect(shown.allSatisfy { $0["source"]?.string ?? "non_reasoner_model" == "non_reasoner_model" })
            let called = texts("tool_call_message") { $0["tool_call"]?["arguments"]?.string }
            #expect(called.count == 1)
            let left = try JSONValue(parsing: called.first ?? "")
            #expect(left == ["label": "human", "content": "Tea.", "request_heartbeat": true])
            #expect(texts("assistant_message") { $0["content"]?.string } == ["Hello!"])
            let listed = try await server.get("/v1/agents/\(agent)/messages?order=asc")
            let stored = (listed.json.array ?? []).filter { $0["step_id"]?.string != nil }.compactMap {
                $0["otid"]?.string
            }
            let streamed = shown.compactMap { $0["otid"]?.string }
            #expect(Set(streamed).isSubset(of: Set(stored)))
        }
    }

    @Test func `a run that is stopped tells its stream how it ended`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.silence)
            async let streamed = server.post(
                "/v1/agents/\(agent)/messages", ["input": "Hi", "streaming": true, "stream_tokens": true])
            for _ in 0..<500 where server.model.requests.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try await server.post("/v1/agents/\(agent)/messages/cancel", [:]).status == 200)
            let reply = try await streamed
            let types = reply.events.compactMap { $0["message_type"]?.string }
            #expect(types == ["ping", "stop_reason", "usage_statistics"])
            #expect(reply.events.dropFirst().first?["stop_reason"] == "cancelled")
        }
    }

    @Test func `a system prompt that cannot fit is refused before the model is asked`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            _ = try await server.patch("/v1/agents/\(agent)", ["context_window_limit": 200])
            let reply = try await server.post("/v1/agents/\(agent)/messages", ["input": "Hi"])
            #expect(reply.status == 400)
            #expect(reply["detail"].string?.hasPrefix("The system prompt") == true)
            #expect(server.model.requests.isEmpty)
        }
    }
}
