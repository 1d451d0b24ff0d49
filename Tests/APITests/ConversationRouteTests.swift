import Domain
import Platform
import RoostTesting
import Storage
import Testing

@Suite struct ConversationRouteTests {
    private func agent(_ server: TestServer) async throws -> String {
        try await server.post(
            "/v1/agents/",
            [
                "model": "openai/gpt-4.1", "include_base_tools": false,
                "memory_blocks": [["label": "human", "value": "Name: Ann"], ["label": "persona", "value": "Kind"]],
                "initial_message_sequence": [
                    ["role": "user", "content": "Where is the red bicycle?"],
                    ["role": "assistant", "content": "In the cellar."],
                ],
            ]
        ).id
    }

    /// A message in a conversation, in context, as a run would store it.
    private func say(
        _ text: String, in conversation: String, of agent: String, _ server: TestServer
    ) async throws -> String {
        try await server.store.write(by: .default) { transaction in
            var message = Message(
                id: Identifier.new(.message), agentID: agent, role: .user, createdAt: transaction.now)
            message.conversationID = conversation
            message.content = Message.textContent(text)
            try transaction.messages.insert([message], by: .default)
            let organization = transaction.actor.organizationID
            let found = try #require(
                try transaction.reading.conversations.find(conversation, organization: organization))
            try transaction.conversations.replaceMessageIDs(
                found.messageIDs + [message.id], of: conversation, organization: organization)
            return message.id
        }
    }

    @Test func `a conversation has a system message of its own`() async throws {
        try await withServer { server in
            let agent = try await agent(server)
            let created = try await server.post("/v1/conversations/?agent_id=\(agent)", ["summary": "Plans"])
            #expect(created["summary"] == "Plans" && created["agent_id"] == .string(agent))
            #expect(created["in_context_message_ids"] == [])
            let found = try await server.get("/v1/conversations/\(created.id)")
            let context = found["in_context_message_ids"].array ?? []
            #expect(context.count == 1)
            let messages = try await server.get("/v1/conversations/\(created.id)/messages").array
            #expect(messages.compactMap { $0["id"] } == context)
            let system = messages.first?["content"]?.string ?? ""
            #expect(system.contains("- CONVERSATION_ID: \(created.id)") && system.contains("Name: Ann"))
            let window = try await server.get("/v1/agents/\(agent)/context?conversation_id=\(created.id)")
            #expect(window["num_messages"] == 1)
            #expect(window["external_memory_summary"].string?.contains(created.id) == true)
            let mine = try await server.get("/v1/agents/\(agent)")
            #expect(mine["message_ids"].array?.count == 3)
        }
    }

    @Test func `creation asks for the agent in the query, and for blocks that it has`() async throws {
        try await withServer { server in
            let agent = try await agent(server)
            #expect(try await server.post("/v1/conversations/", ["agent_id": .string(agent)]).status == 422)
            let unknown = Identifier.new(.agent)
            #expect(try await server.post("/v1/conversations/?agent_id=\(unknown)").status == 404)
            let path = "/v1/conversations/?agent_id=\(agent)"
            let label = try await server.post(path, ["isolated_block_labels": ["nope"]])
            #expect(label.status == 400 && label.detail.contains("'nope'") && label.detail.contains("'persona'"))
            #expect(try await server.post(path, ["model": "gpt"]).status == 400)
            #expect(try await server.post(path, ["model": "openai/gpt-5"])["model"] == "openai/gpt-5")
            #expect(try await server.get("/v1/conversations/conv-1").status == 422)
            #expect(try await server.get("/v1/conversations/default").status == 422)
            #expect(try await server.get("/v1/conversations/\(Identifier.new(.conversation))").status == 404)
        }
    }

    @Test func `isolated blocks are the conversation's own, and end with it`() async throws {
        try await withServer { server in
            let agent = try await agent(server)
            let created = try await server.post(
                "/v1/conversations/?agent_id=\(agent)", ["isolated_block_labels": ["human"]])
            let block = created["isolated_block_ids"].array?.first?.string ?? ""
            #expect(try await server.patch("/v1/blocks/\(block)", ["value": "Name: Bob"]).status == 200)
            let text = try await server.post("/v1/conversations/\(created.id)/recompile")
            #expect(text.json.string?.contains("Name: Bob") == true)
            #expect(text.json.string?.contains("Name: Ann") == false)
            #expect(text.json.string?.contains("Kind") == true)
            let own = try await server.post("/v1/agents/\(agent)/recompile")
            #expect(own.json.string?.contains("Name: Ann") == true)
            let mine = try await server.get("/v1/agents/\(agent)/core-memory/blocks/human")
            #expect(mine["value"] == "Name: Ann")
            let shown = try await server.get("/v1/conversations/\(created.id)/messages").array.first?["content"]
            #expect(shown == text.json)

            let deleted = try await server.delete("/v1/conversations/\(created.id)")
            #expect(deleted.status == 200 && deleted.text == "null")
            #expect(try await server.get("/v1/blocks/\(block)").status == 404)
            #expect(try await server.get("/v1/conversations/\(created.id)").status == 404)
            #expect(try await server.delete("/v1/conversations/\(created.id)").status == 404)
        }
    }

    @Test func `an agent's end is that of its conversations and their blocks`() async throws {
        try await withServer { server in
            let agent = try await agent(server)
            let created = try await server.post(
                "/v1/conversations/?agent_id=\(agent)", ["isolated_block_labels": ["human"]])
            let block = created["isolated_block_ids"].array?.first?.string ?? ""
            #expect(try await server.delete("/v1/agents/\(agent)").status == 200)
            #expect(try await server.get("/v1/conversations/\(created.id)").status == 404)
            #expect(try await server.get("/v1/blocks/\(block)").status == 404)
            #expect(try await server.get("/v1/conversations/").array.isEmpty)
        }
    }

    @Test func `conversations are listed by page, order and summary`() async throws {
        try await withServer { server in
            let first = try await agent(server)
            let second = try await agent(server)
            var ids: [String] = []
            for (agent, summary) in [(first, "Trip to Rome"), (first, "Work"), (second, "Garden")] {
                let path = "/v1/conversations/?agent_id=\(agent)"
                ids.append(try await server.post(path, ["summary": .string(summary)]).id)
            }
            #expect(try await server.get("/v1/conversations/").ids == ids.reversed())
            #expect(try await server.get("/v1/conversations/?agent_id=\(first)&order=asc").ids == [ids[0], ids[1]])
            #expect(try await server.get("/v1/conversations/?summary_search=rome").ids == [ids[0]])
            #expect(try await server.get("/v1/conversations/?limit=1&after=\(ids[2])").ids == [ids[1]])
            let changed = try await server.patch(
                "/v1/conversations/\(ids[0])",
                ["last_message_at": "2026-01-02T00:00:00Z", "summary": nil, "model": "openai/gpt-5"])
            #expect(changed["summary"] == "Trip to Rome" && changed["model"] == "openai/gpt-5")
            #expect(try await server.get("/v1/conversations/?order_by=last_message_at&limit=1").ids == [ids[0]])
            #expect(try await server.get("/v1/conversations/?agent_id=\(Identifier.new(.agent))").status == 404)
            let archived = try await server.patch(
                "/v1/conversations/\(ids[1])", ["archived": true, "description": "d"])
            #expect(archived["archived"] == true && archived["summary"] == "Work")
            #expect(try await server.get("/v1/conversations/?archive_status=archived").ids == [ids[1]])
            #expect(try await server.get("/v1/conversations/?archive_status=unarchived").ids == [ids[2], ids[0]])
            // A list can be deleted while it is paged through.
            #expect(try await server.delete("/v1/conversations/\(ids[2])").status == 200)
            #expect(try await server.get("/v1/conversations/?after=\(ids[2])").ids == [ids[1], ids[0]])
        }
    }

    @Test func `messages of a thread stay in it, and the deleted are found no more`() async throws {
        try await withServer { server in
            let agent = try await agent(server)
            let conversation = try await server.post("/v1/conversations/?agent_id=\(agent)").id
            let message = try await say("The bicycle is blue", in: conversation, of: agent, server)
            let path = "/v1/conversations/\(conversation)/messages"
            #expect(try await server.get(path).ids.first == message)
            #expect(try await server.get(path + "?include_return_message_types=user_message").ids == [message])
            for name in ["default/messages?agent_id=\(agent)", "\(agent)/messages"] {
                let own = try await server.get("/v1/conversations/" + name)
                #expect(own.array.count == 3 && !own.ids.contains(message))
            }
            #expect(try await server.get("/v1/conversations/default/messages").status == 422)
            #expect(
                try await server.get("/v1/agents/\(agent)/messages?conversation_id=\(conversation)").array.count == 2)
            #expect(try await server.get("/v1/agents/\(agent)/messages").ids.contains(message))
            func found(_ conversation: JSONValue) async throws -> Int {
                let body: JSONValue = ["query": "bicycle", "conversation_id": conversation]
                return try await server.post("/v1/messages/search", body).array.count
            }
            #expect(try await found(.string(conversation)) == 1)
            #expect(try await found("default") == 1)
            #expect(try await found(nil) == 2)

            #expect(try await server.delete("/v1/conversations/\(conversation)").status == 200)
            #expect(try await server.get(path).status == 404)
            #expect(try await !server.get("/v1/agents/\(agent)/messages").ids.contains(message))
            #expect(try await !server.get("/v1/messages/").ids.contains(message))
            #expect(try await found(nil) == 1)
        }
    }

    @Test func `a fork goes on from the same messages, apart from then on`() async throws {
        try await withServer { server in
            let agent = try await agent(server)
            let conversation = try await server.post(
                "/v1/conversations/?agent_id=\(agent)",
                ["summary": "Plans", "isolated_block_labels": ["human"]])
            let shared = try await say("We go by bicycle", in: conversation.id, of: agent, server)
            let fork = try await server.post("/v1/conversations/\(conversation.id)/fork")
            let context = fork["in_context_message_ids"].array ?? []
            #expect(context.count == 2 && context.last == .string(shared))
            #expect(fork["summary"] == "Plans" && fork["id"] != conversation["id"])
            #expect(fork["isolated_block_ids"].array?.count == 1)
            #expect(fork["isolated_block_ids"] != conversation["isolated_block_ids"])
            let listed = try await server.get("/v1/conversations/\(fork.id)/messages")
            #expect(Set(listed.ids) == Set(context.compactMap(\.string)))
            let system = listed.array.first { $0["message_type"] == "system_message" }?["content"]?.string
            #expect(system?.contains("CONVERSATION_ID: \(fork.id)") == true)

            let later = try await say("Later", in: conversation.id, of: agent, server)
            #expect(try await !server.get("/v1/conversations/\(fork.id)/messages").ids.contains(later))
            let search: JSONValue = ["query": "bicycle", "conversation_id": .string(fork.id)]
            #expect(try await server.post("/v1/messages/search", search).array.count == 1)
            #expect(try await server.delete("/v1/conversations/\(conversation.id)").status == 200)
            #expect(try await server.get("/v1/conversations/\(fork.id)/messages").ids.contains(shared))

            for name in ["default/fork?agent_id=\(agent)", "\(agent)/fork"] {
                let own = try await server.post("/v1/conversations/" + name)
                #expect(own["in_context_message_ids"].array?.count == 3)
            }
            let path = "/v1/conversations/default/fork?agent_id=\(agent)&message_id="
            let second = try await server.get("/v1/agents/\(agent)")["message_ids"].array?[1].string ?? ""
            let part = try await server.post(path + second)["in_context_message_ids"].array ?? []
            #expect(part.count == 2 && part.last == .string(second))
            #expect(try await server.post(path + shared).status == 400)
        }
    }

    @Test func `recompile may leave everything as it is`() async throws {
        try await withServer { server in
            let agent = try await agent(server)
            let conversation = try await server.post("/v1/conversations/?agent_id=\(agent)").id
            let path = "/v1/conversations/\(conversation)"
            let before = try await server.get(path + "/messages").array.first?["content"]
            #expect(
                try await server.patch("/v1/agents/\(agent)/core-memory/blocks/human", ["value": "Name: Eve"]).status
                    == 200)
            let dry = try await server.post(path + "/recompile?dry_run=true", [:])
            #expect(dry.json.string?.contains("Name: Eve") == true)
            #expect(try await server.get(path + "/messages").array.first?["content"] == before)
            #expect(try await server.post(path + "/recompile", ["compaction_settings": nil]).json == dry.json)
            #expect(try await server.get(path + "/messages").array.first?["content"] == dry.json)
            let own = try await server.post("/v1/conversations/default/recompile?agent_id=\(agent)")
            #expect(own.json.string?.contains("CONVERSATION_ID: default") == true)
        }
    }

    @Test func `a reset empties conversations too, and a file or copy takes one thread`() async throws {
        try await withServer { server in
            let agent = try await agent(server)
            let conversation = try await server.post("/v1/conversations/?agent_id=\(agent)").id
            let message = try await say("The bicycle is blue", in: conversation, of: agent, server)
            let file = try await server.get("/v1/agents/\(agent)/export?conversation_id=\(conversation)")
            let exported = file["agents"].array?.first
            #expect(exported?["messages"]?.array?.count == 2)
            #expect(exported?["in_context_message_ids"]?.array?.count == 2)
            let own = try await server.get("/v1/agents/\(agent)/export")["agents"].array?.first
            #expect(own?["messages"]?.array?.count == 3)
            let elsewhere = try await server.get(
                "/v1/agents/\(agent)/export?conversation_id=\(Identifier.new(.conversation))")
            #expect(elsewhere.status == 404)
            let copy = try await server.post("/v1/agents/\(agent)/clone", [:])
            #expect(try await server.get("/v1/agents/\(copy.id)/messages").array.count == 3)
            #expect(try await server.get("/v1/conversations/?agent_id=\(copy.id)").array.isEmpty)

            #expect(try await server.patch("/v1/agents/\(agent)/reset-messages", [:]).status == 200)
            let left = try await server.get("/v1/conversations/\(conversation)/messages")
            #expect(left.array.count == 1 && !left.ids.contains(message))
            let context = try await server.get("/v1/conversations/\(conversation)")["in_context_message_ids"]
            #expect(context.array?.compactMap(\.string) == left.ids)
        }
    }
}
