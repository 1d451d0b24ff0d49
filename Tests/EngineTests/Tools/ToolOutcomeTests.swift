import Domain
import Platform
import RoostTesting
import Storage
import Testing

@testable import Engine

/// What tools share: the texts of the contract, arguments that are missing, tools that are not served.
@Suite struct ToolOutcomeTests {
    @Test func `a long result is cut and says so`() {
        let outcome = ToolOutcome("abcdé", isError: true).truncated(to: 3)
        #expect(
            outcome.text
                == "abc... [NOTE: function output was truncated since it exceeded the character limit: 5 > 3]")
        #expect(outcome.isError)
        #expect(ToolOutcome("abcdé").truncated(to: 5).text == "abcdé")
        #expect(ToolOutcome("👩‍👧").truncated(to: 2).text.hasPrefix("👩\u{200D}..."))
        #expect(ToolOutcome("a").truncated(to: -1).text.hasPrefix("... [NOTE"))
    }

    @Test func `tools that end or speak`() async throws {
        try await withTools { (bench) async throws in
            #expect(try await bench.run("send_message", ["message": "Hi"]) == ToolOutcome("Sent message successfully."))
            #expect(try await bench.run("memory_finish_edits") == ToolOutcome("None"))
            #expect(try await bench.run("finish_rethinking_memory") == ToolOutcome("None"))
        }
    }

    @Test func `every tool that Roost brings gives an outcome, whatever it is called with`() async throws {
        let values: [JSONValue] = [nil, true, 5, -7.5, "", "text", [], [1], [:], ["a": []]]
        try await withTools { (bench) async throws in
            for built in BuiltInTools.all {
                _ = try await bench.run(built.name)
                for value in values {
                    let arguments = JSONObject(built.parameters.map { ($0.name, value) })
                    let outcome = try await bench.run(built.name, arguments)
                    #expect(!outcome.text.isEmpty || !outcome.isError)
                }
            }
        }
    }

    @Test func `a missing argument is named by every tool that needs it`() async throws {
        let served = BuiltInTools.all.filter { ![.files, .builtin].contains($0.type) }
        try await withTools { (bench) async throws in
            for built in served where !["memory", "memory_apply_patch"].contains(built.name) {
                guard let first = built.parameters.first(where: \.isRequired)?.name else { continue }
                let outcome = try await bench.run(built.name)
                #expect(outcome.isError && outcome.text.contains(first), "\(built.name): \(outcome.text)")
                #expect(outcome.stderr?.first?.hasPrefix("Error executing function \(built.name): TypeError: ") == true)
            }
        }
    }

    @Test(arguments: [
        "open_files", "grep_files", "semantic_search_files", "run_code_with_tools", "web_search",
        "fetch_webpage",
    ])
    func `a tool that is not served says what is missing`(_ name: String) async throws {
        try await withTools { (bench) async throws in
            let outcome = try await bench.run(name, ["query": "x", "url": "https://site.example/"])
            #expect(outcome.isError && outcome.text.hasPrefix("\(name) cannot be carried out: "))
            #expect(outcome.stderr?.first?.contains("NotImplementedError") == true)
        }
    }

    @Test func `a tool of the user's own is not carried out here`() async throws {
        try await withTools { (bench) async throws in
            let time = Timestamp.now
            let tools = bench.tools
            #expect(tools.canRun(Tool(id: "t", name: "memory_insert", type: "letta_sleeptime_core", createdAt: time)))
            #expect(!tools.canRun(Tool(id: "t", name: "memory_insert", type: "custom", createdAt: time)))
            #expect(!tools.canRun(Tool(id: "t", name: "new_one", type: "letta_core", createdAt: time)))
            #expect(try await bench.run("new_one").text.contains("none of the tools"))
        }
    }

    @Test func `a store that is closed is thrown, not told to the model`() async throws {
        try await withTools { (bench) async throws in
            await bench.server.store.close()
            await #expect(throws: Refusal.self) {
                try await bench.run("core_memory_append", ["label": "human", "content": "x"])
            }
        }
    }

    @Test func `messages to other agents go to who delivers them`() async throws {
        let id = Identifier.new(.agent)
        let calls: [(String, JSONObject, AgentMessage)] = [
            (
                "send_message_to_agent_and_wait_for_reply", ["message": "Hi", "other_agent_id": .string(id)],
                .waitForReply("Hi", agentID: id)
            ),
            (
                "send_message_to_agent_async", ["message": "Hi", "other_agent_id": .string(id)],
                .oneWay("Hi", agentID: id)
            ),
            (
                "send_message_to_agents_matching_tags", ["message": "Hi", "match_all": #"["a"]"#, "match_some": nil],
                .matchingTags("Hi", all: ["a"], some: [])
            ),
        ]
        try await withTools { (bench) async throws in
            for (name, arguments, expected) in calls {
                let unserved = try await bench.run(name, arguments)
                #expect(unserved.isError && unserved.text.contains("not served yet"))
                var tools = bench.tools
                tools.agentMessaging = { message, call in
                    ToolOutcome(message == expected && call.name == name ? "delivered" : "\(message)")
                }
                #expect(try await tools.run(bench.call(name, arguments)).text == "delivered")
            }
            let wrong = try await bench.run("send_message_to_agent_async", ["message": "Hi", "other_agent_id": "Bob"])
            #expect(wrong.isError && wrong.text.contains("'Bob' is not the id of an agent"))
        }
    }
}
