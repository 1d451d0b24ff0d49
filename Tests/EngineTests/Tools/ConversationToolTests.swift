import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine

/// Looking up what was said, and what speaking agents keep of it.
@Suite struct ConversationToolTests {
    private func results(_ outcome: ToolOutcome) throws -> [JSONValue] {
        #expect(!outcome.isError, "\(outcome.text)")
        return try #require(try JSONValue(parsing: outcome.text)["results"]?.array)
    }

    private func contents(_ bench: ToolBench, _ arguments: JSONObject, tool: String = "conversation_search")
        async throws
        -> [String]
    {
        try results(try await bench.run(tool, arguments)).compactMap { $0["content"]?.string }
    }

    @Test func `a result says when, who and what`() async throws {
        try await withTools(timezone: "Europe/Oslo") { (bench) async throws in
            try await bench.say(.user, "I like otters", at: "2026-07-01T10:00:00Z")
            let outcome = try await bench.run("conversation_search", ["query": "otters"])
            #expect(try JSONValue(parsing: outcome.text)["message"] == "Showing 1 results:")
            let item = try #require(try results(outcome).first?.object)
            #expect(item.members.map(\.name) == ["timestamp", "time_ago", "role", "relevance", "content"])
            #expect(item["timestamp"] == "2026-07-01T12:00:00+02:00")
            #expect(item["role"] == "user" && item["content"] == "I like otters")
            #expect(
                item["relevance"] == [
                    "rrf_score": .double(1 / 61.0), "vector_rank": nil, "fts_rank": 1, "search_mode": "fts",
                ])
            #expect(
                try await bench.run("conversation_search", ["query": "zebra"]).text
                    == #"{"message":"No results found.","results":[]}"#)
        }
    }

    @Test func `results of tools and searches are not found`() async throws {
        try await withTools { (bench) async throws in
            let call: JSONText = JSONText([
                ["id": "1", "type": "function", "function": ["name": "conversation_search", "arguments": "{}"]]
            ])
            try await bench.say(.user, "otters one")
            try await bench.say(.assistant, "otters two")
            try await bench.say(.assistant, "let me look for otters", calls: call)
            try await bench.say(.tool, "otters three")
            try await bench.say(.system, "otters four")
            #expect(try await Set(contents(bench, ["query": "otters"])) == ["otters one", "otters two"])
            #expect(try await contents(bench, ["query": "otters", "roles": ["user"]]) == ["otters one"])
            #expect(try await contents(bench, ["query": "otters", "roles": "assistant"]) == ["otters two"])
            #expect(try await contents(bench, ["query": "otters", "roles": ["tool"]]) == [])
            let wrong = try await bench.run("conversation_search", ["query": "otters", "roles": ["robot"]])
            #expect(wrong.isError && wrong.text.contains("not \"robot\""))
        }
    }

    @Test func `searches between many calls of the search are found`() async throws {
        try await withTools { (bench) async throws in
            let call: JSONText = JSONText([
                ["id": "1", "type": "function", "function": ["name": "conversation_search_date", "arguments": "{}"]]
            ])
            try await bench.say(.user, "otters", at: "2026-01-01")
            for _ in 0..<60 { try await bench.say(.assistant, "otters otters", calls: call) }
            #expect(try await contents(bench, ["query": "otters"]) == ["otters"])
            #expect(try await contents(bench, [:]) == ["otters"])
        }
    }

    @Test func `the newest are listed without a query, in the dates given`() async throws {
        try await withTools(timezone: "America/New_York") { (bench) async throws in
            try await bench.say(.user, "one", at: "2026-03-08T04:59:59Z")
            try await bench.say(.user, "two", at: "2026-03-08T05:00:00Z")
            try await bench.say(.assistant, "three", at: "2026-03-09T03:59:59Z")
            try await bench.say(.user, "four", at: "2026-03-09T04:00:00Z")
            #expect(try await contents(bench, [:]) == ["four", "three", "two", "one"])
            #expect(try await contents(bench, ["limit": 2]) == ["four", "three"])
            let day: JSONObject = ["start_date": "2026-03-08", "end_date": "2026-03-08"]
            #expect(try await contents(bench, day) == ["three", "two"])
            #expect(try await contents(bench, day, tool: "conversation_search_date") == ["three", "two"])
            var asked = day
            asked["query"] = "two"
            #expect(try await contents(bench, asked, tool: "conversation_search_date") == ["two"])
            #expect(try await contents(bench, ["end_date": "2026-03-07"]) == ["one"])
            let half = try await bench.run("conversation_search_date", ["start_date": "2026-03-08"])
            #expect(half.isError && half.text.contains("end_date"))
            let item = try results(try await bench.run("conversation_search", ["limit": 1])).first
            #expect(item?["relevance"] == nil)
        }
    }

    @Test func `logins are nobody's words, and envelopes are opened`() async throws {
        try await withTools { (bench) async throws in
            try await bench.say(.user, #"{"type":"login","last_login":"Never"}"#)
            try await bench.say(.user, #"{"type":"user_message","message":"hello there","time":"now"}"#)
            #expect(try await contents(bench, [:]) == ["hello there"])
        }
    }

    @Test(arguments: [
        (0, "0s ago"), (59, "59s ago"), (60, "1m ago"), (3599, "59m ago"), (3600, "1h ago"), (86_399, "23h ago"),
        (86_400, "1d ago"), (40 * 86_400, "40d ago"), (-5, "0s ago"),
    ])
    func `ages are told shortly`(_ seconds: Int, _ expected: String) {
        let now = Timestamp(microseconds: 1_800_000_000_000_000)
        #expect(ConversationSearch.ago(now.adding(seconds: Double(-seconds)), now: now) == expected)
    }

    @Test func `a voice agent looks up words and times`() async throws {
        try await withTools { (bench) async throws in
            try await bench.say(.user, "otters swim", at: Timestamp.now.adding(seconds: -3600).iso8601)
            try await bench.say(.user, "zebras run", at: Timestamp.now.adding(seconds: -60).iso8601)
            let words = try await bench.run("search_memory", ["convo_keyword_queries": ["otters", "lions"]])
            let found = try #require(try JSONValue(parsing: words.text)["convo_keyword_search_results"])
            #expect(found["otters"]?.array?.map { $0["content"] } == ["otters swim"] && found["lions"] == [])
            for window: JSONObject in [
                ["start_minutes_ago": 90, "end_minutes_ago": 30], ["start_minutes_ago": "30", "end_minutes_ago": 90],
            ] {
                let outcome = try await bench.run("search_memory", window)
                let list = try JSONValue(parsing: outcome.text)["convo_search_results"]?.array
                #expect(list?.map { $0["content"] } == ["otters swim"])
            }
            #expect(try await bench.run("search_memory").isError)
        }
    }

    @Test func `stretches of a conversation are stored`() async throws {
        try await withTools { (bench) async throws in
            var tools = bench.tools
            tools.transcript = Transcript(lines: ["user: a", "assistant: b", "user: c"], agentID: bench.agent.id)
            let chunk: JSONValue = ["start_index": 1, "end_index": "2", "context": "What b said"]
            let outcome = try await tools.run(bench.call("store_memories", ["chunks": [chunk]]))
            #expect(outcome.text == "Successfully stored memories." && outcome.changesPrompt)
            let stored = try await bench.server.engine.passages.search(
                "said", PassageFilter(archiveIDs: nil), in: .agent(bench.agent.id), limit: 5, by: Caller())
            #expect(stored.matches.map(\.passage.text) == ["What b said\n\nassistant: b\nuser: c"])
            let beyond = try await tools.run(
                bench.call("store_memories", ["chunks": [["start_index": 2, "end_index": 3, "context": "x"]]]))
            #expect(beyond.isError && beyond.text.contains("the lines 0 to 2"))
            #expect(try await tools.run(bench.call("store_memories", ["chunks": []])).isError)
        }
    }

    @Test func `without a transcript the lines are those in context`() async throws {
        try await withTools { (bench) async throws in
            let chunks: JSONObject = ["chunks": [["start_index": 0, "end_index": 1, "context": "Greeting"]]]
            #expect(try await bench.run("store_memories", chunks).text.contains("no conversation in context"))
            var agent = bench.agent
            for (role, text) in [(Message.Role.user, "hello"), (.assistant, "hi"), (.tool, "None")] {
                agent.messageIDs.append(try await bench.say(role, text))
            }
            let speaking = ToolBench(server: bench.server, agent: agent)
            #expect(try await speaking.run("store_memories", chunks).text == "Successfully stored memories.")
            let stored = try await bench.run("archival_memory_search", ["query": "greeting"])
            #expect(stored.text.contains(#"Greeting\n\nuser: hello\nassistant: hi"#))
        }
    }
}
