import Domain
import Platform
import RoostTesting
import Testing

@Suite struct ApprovalRouteTests {
    private func waiting(_ server: TestServer) async throws -> (agent: String, reply: TestReply) {
        let agent = try await server.agent(blocks: [("human", "Name: Ann")])
        _ = try await server.patch(
            "/v1/agents/\(agent)/tools/approval/memory_insert", ["requires_approval": true])
        server.model.script(.calls(("memory_insert", #"{"label": "human", "new_string": "Likes tea"}"#)))
        return (agent, try await server.post("/v1/agents/\(agent)/messages", ["input": "I like tea."]))
    }

    private func answer(_ approve: Bool, _ id: String = "call_0_memory_insert") -> JSONValue {
        [
            "messages": [
                [
                    "type": "approval",
                    "approvals": [
                        [
                            "type": "approval", "tool_call_id": .string(id), "approve": .bool(approve),
                            "reason": "why not",
                        ]
                    ],
                ]
            ]
        ]
    }

    @Test func `a call that needs approval waits for it`() async throws {
        try await withServer { server in
            let (agent, reply) = try await waiting(server)
            let request = try #require(reply["messages"].array?.last)
            #expect(request["message_type"] == "approval_request_message")
            #expect(request["otid"] == request["id"])
            #expect(reply["stop_reason"]["stop_reason"] == "requires_approval")
            let busy = try await server.post("/v1/agents/\(agent)/messages", ["input": "Hello?"])
            #expect(busy.status == 409)
            #expect(busy["detail"]["code"] == "PENDING_APPROVAL")
            #expect(busy["detail"]["pending_request_id"] == request["id"])
            #expect(try await server.post("/v1/agents/\(agent)/messages", answer(true, "call_9")).status == 400)
        }
    }

    @Test func `an approved call is carried out`() async throws {
        try await withServer { server in
            let (agent, _) = try await waiting(server)
            server.model.script(.text("Noted."))
            let reply = try await server.post("/v1/agents/\(agent)/messages", answer(true))
            #expect(
                reply["messages"].array?.map { $0["message_type"]?.string } == [
                    "tool_return_message", "assistant_message",
                ])
            let block = try await server.get("/v1/agents/\(agent)/core-memory/blocks/human")
            #expect(block["value"].string?.contains("Likes tea") == true)
            // The same answer again changes nothing.
            let again = try await server.post("/v1/agents/\(agent)/messages", answer(true))
            #expect(again.status == 200)
            #expect(again["messages"].array?.isEmpty == true)
            #expect(server.model.requests.count == 2)
        }
    }

    @Test func `a denied call is told with its reason`() async throws {
        try await withServer { server in
            let (agent, _) = try await waiting(server)
            server.model.script(.text("As you like."))
            let reply = try await server.post("/v1/agents/\(agent)/messages", answer(false))
            #expect(
                reply["messages"].array?.first?["tool_return"]
                    == "Error: request to call tool denied. User reason: why not")
            #expect(reply["messages"].array?.first?["status"] == "error")
            let block = try await server.get("/v1/agents/\(agent)/core-memory/blocks/human")
            #expect(block["value"] == "Name: Ann")
        }
    }

    @Test func `an answer to nothing is refused`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            let reply = try await server.post("/v1/agents/\(agent)/messages", answer(true))
            #expect(reply.status == 400)
            #expect(reply["detail"].string?.hasPrefix("Cannot process approval response") == true)
        }
    }

    @Test func `tools of the client are carried out by it`() async throws {
        try await withServer { server in
            let agent = try await server.agent()
            server.model.script(.calls(("Bash", #"{"command": "ls"}"#)))
            let tools: JSONValue = [
                ["name": "Bash", "description": "Runs a command", "parameters": ["type": "object"]]
            ]
            let reply = try await server.post(
                "/v1/agents/\(agent)/messages", ["input": "What is here?", "client_tools": tools])
            #expect(reply["messages"].array?.last?["message_type"] == "approval_request_message")
            #expect(reply["stop_reason"]["stop_reason"] == "requires_approval")
            server.model.script(.text("A file."))
            let returned: JSONValue = [
                ["type": "tool", "tool_call_id": "call_0_Bash", "tool_return": "file.txt", "status": "success"]
            ]
            let after = try await server.post(
                "/v1/agents/\(agent)/messages",
                [
                    "messages": [
                        ["type": "approval", "approvals": returned], ["role": "user", "content": "And be brief."],
                    ], "client_tools": tools,
                ])
            #expect(after["messages"].array?.last?["content"] == "A file.")
            guard let turns = server.model.requests.last?.turns, turns.count >= 2,
                case .tools(let results) = turns[turns.count - 2]
            else {
                Issue.record("the result was not told")
                return
            }
            #expect(results.first?.text == "file.txt")
            #expect(turns.last == .user("And be brief."))
        }
    }
}
