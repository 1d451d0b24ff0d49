import Domain
import Platform
import RoostTesting
import Storage
import Testing

@testable import Engine

/// Tools that change one block: their results and the contract's error texts.
@Suite struct BlockToolTests {
    @Test func `text is appended on a new line`() async throws {
        try await withTools { (bench) async throws in
            let outcome = try await bench.run("core_memory_append", ["label": "human", "content": "Dog: Balder"])
            #expect(outcome == ToolOutcome("Name: Ann\nCity: Oslo\nDog: Balder"))
            #expect(try await bench.value("human") == outcome.text)
        }
    }

    @Test func `old content is replaced wherever it stands`() async throws {
        try await withTools([NewBlock(label: "human", value: "a b a")]) { (bench) async throws in
            let outcome = try await bench.run(
                "core_memory_replace", ["label": "human", "old_content": "a", "new_content": "x"])
            #expect(outcome == ToolOutcome("x b x"))
            let gone = try await bench.run(
                "core_memory_replace", ["label": "human", "old_content": "x", "new_content": ""])
            #expect(gone.text == " b ")
            let missing = try await bench.run(
                "core_memory_replace", ["label": "human", "old_content": "q", "new_content": "x"])
            #expect(missing.isError && missing.text == "Old content 'q' not found in memory block 'human'")
            #expect(
                missing.stderr == [
                    "Error executing function core_memory_replace: ValueError: Old content 'q' not found in memory block 'human'"
                ])
        }
    }

    @Test func `one place is replaced, and it has to be one`() async throws {
        try await withTools([NewBlock(label: "human", value: "tea\nmilk\ntea\n\tcake")]) { (bench) async throws in
            func replace(_ old: String, _ new: String) async throws -> ToolOutcome {
                try await bench.run(
                    "memory_replace", ["label": "human", "old_string": .string(old), "new_string": .string(new)])
            }
            let none = try await replace("coffee", "x")
            #expect(
                none.text
                    == "No replacement was performed, old_string `coffee` did not appear verbatim in memory block with label `human`."
            )
            let several = try await replace("tea", "x")
            #expect(
                several.text
                    == "No replacement was performed. Multiple occurrences of old_string `tea` in lines [1, 3]. Please ensure it is unique."
            )
            #expect(none.isError && several.isError)
            #expect(try await replace("milk\ntea", "milk").text == "tea\nmilk\n        cake")
            #expect(try await replace("\tcake", "bread").text == "tea\nmilk\nbread")
            #expect(try await replace("", "x").isError)
        }
    }

    @Test(arguments: ["1→ Name: Ann", "x\n  12→ y", "3→"])
    func `line numbers of the prompt are refused`(_ text: String) async throws {
        try await withTools { (bench) async throws in
            let outcomes = [
                try await bench.run(
                    "memory_replace", ["label": "human", "old_string": .string(text), "new_string": "x"]),
                try await bench.run(
                    "memory_replace", ["label": "human", "old_string": "Name", "new_string": .string(text)]),
                try await bench.run("memory_insert", ["label": "human", "new_string": .string(text)]),
                try await bench.run("memory_rethink", ["label": "human", "new_memory": .string(text)]),
            ]
            #expect(outcomes.allSatisfy { $0.isError && $0.text.contains("line number") })
            #expect(try await bench.value("human") == "Name: Ann\nCity: Oslo")
        }
    }

    @Test func `the note about line numbers is refused, an arrow in a text is not`() async throws {
        try await withTools { (bench) async throws in
            let note = try await bench.run(
                "memory_rethink", ["label": "human", "new_memory": .string(MemoryRendering.numberWarning)])
            #expect(note.isError)
            let arrow = try await bench.run("memory_rethink", ["label": "human", "new_memory": "from 1→2 and 3 → 4"])
            #expect(arrow == ToolOutcome("from 1→2 and 3 → 4"))
        }
    }

    @Test(arguments: [
        (0, "new\none\ntwo\nthree"), (1, "one\nnew\ntwo\nthree"), (3, "one\ntwo\nthree\nnew"),
        (-1, "one\ntwo\nthree\nnew"),
    ])
    func `text is inserted after a line`(_ line: Int, _ expected: String) async throws {
        try await withTools([NewBlock(label: "human", value: "one\ntwo\nthree")]) { (bench) async throws in
            let outcome = try await bench.run(
                "memory_insert", ["label": "human", "new_string": "new", "insert_line": .int(Int64(line))])
            #expect(outcome == ToolOutcome(expected))
        }
    }

    @Test(arguments: [9, -2, 4])
    func `a line that is not there is named`(_ line: Int) async throws {
        try await withTools([NewBlock(label: "human", value: "one\ntwo\nthree")]) { (bench) async throws in
            let outcome = try await bench.run(
                "memory_insert", ["label": "human", "new_string": "new", "insert_line": .int(Int64(line))])
            #expect(
                outcome.text
                    == "Invalid `insert_line` parameter: \(line). It should be within the range of lines of the memory block: [0, 3], or -1 to append to the end of the memory block."
            )
            #expect(outcome.isError)
        }
    }

    @Test func `without a line, text goes to the end`() async throws {
        try await withTools { (bench) async throws in
            let outcome = try await bench.run(
                "memory_insert", ["label": "human", "new_string": "Dog: Balder", "insert_line": nil])
            #expect(outcome.text.hasSuffix("Oslo\nDog: Balder"))
        }
    }

    @Test func `a whole block is rewritten, for the user's tool the block human`() async throws {
        try await withTools { (bench) async throws in
            #expect(try await bench.run("memory_rethink", ["label": "persona", "new_memory": "kind"]).text == "kind")
            #expect(try await bench.run("rethink_user_memory", ["new_memory": "Ann of Bergen"]).text == "Ann of Bergen")
            #expect(try await bench.value("human") == "Ann of Bergen")
        }
    }

    // MARK: What every edit refuses

    private static let edits: [(String, JSONObject)] = [
        ("core_memory_append", ["content": "x"]), ("core_memory_replace", ["old_content": "a", "new_content": "x"]),
        ("memory_replace", ["old_string": "a", "new_string": "x"]), ("memory_insert", ["new_string": "x"]),
        ("memory_rethink", ["new_memory": "x"]), ("memory_apply_patch", ["patch": "-a\n+x"]),
    ]

    @Test func `a missing label is named with those there are`() async throws {
        try await withTools([NewBlock(label: "human", value: "a"), .readOnly("ro", "a")]) { (bench) async throws in
            for (tool, arguments) in Self.edits {
                var arguments = arguments
                arguments["label"] = "nah"
                let outcome = try await bench.run(tool, arguments)
                #expect(outcome.isError, "\(tool)")
                #expect(outcome.text == "'Block field nah does not exist (available sections = human, ro)'")
                #expect(
                    outcome.stderr == [
                        "Error executing function \(tool): KeyError: 'Block field nah does not exist (available sections = human, ro)'"
                    ])
            }
        }
    }

    @Test func `a read-only block stays`() async throws {
        try await withTools([.readOnly("ro", "a")]) { (bench) async throws in
            for (tool, arguments) in Self.edits {
                var arguments = arguments
                arguments["label"] = "ro"
                let outcome = try await bench.run(tool, arguments)
                #expect(outcome.isError && outcome.text == "Error This block is read-only and cannot be edited.")
            }
            #expect(try await bench.value("ro") == "a")
        }
    }

    @Test func `a limit is told with both sizes, and a longer value may shrink`() async throws {
        try await withTools([.limited("human", "12345678", 10)]) { (bench) async throws in
            let outcome = try await bench.run("core_memory_append", ["label": "human", "content": "90"])
            #expect(
                outcome.isError && outcome.text.hasPrefix("Edit failed: Exceeds 10 character limit (requested 11)."))
            #expect(try await bench.value("human") == "12345678")
            try await bench.server.engine.write(by: Caller()) { transaction in
                var block = try transaction.reading.block(
                    "human", ofAgent: bench.agent.id, organization: Caller().organization)
                block.value = String(repeating: "a", count: 20)
                block.version += 1
                try transaction.blocks.update(block)
            }
            let grown = try await bench.run("core_memory_append", ["label": "human", "content": ""])
            #expect(grown.isError && grown.text.contains("Exceeds 10 character limit (requested 21)"))
            let shrunk = try await bench.run(
                "memory_rethink", ["label": "human", "new_memory": .string(String(repeating: "b", count: 15))])
            #expect(!shrunk.isError)
        }
    }

    @Test func `what would be far too long is refused before it is made`() async throws {
        let letters = String(repeating: "a", count: 90_000)
        try await withTools([NewBlock(label: "human", value: letters)]) { (bench) async throws in
            let outcome = try await bench.run(
                "core_memory_replace", ["label": "human", "old_content": "a", "new_content": .string(letters)])
            #expect(outcome.text.contains("Exceeds 100000 character limit (requested 8100000000)"))
            let near = String(repeating: "a", count: 45_000) + "b"
            let missing = try await bench.run(
                "memory_replace", ["label": "human", "old_string": .string(near), "new_string": ""])
            #expect(missing.isError)
        }
    }

    @Test func `each write is in the history, with the agent as its author`() async throws {
        try await withTools { (bench) async throws in
            _ = try await bench.run("core_memory_append", ["label": "human", "content": "x"])
            let block = try #require(try await bench.blocks().first { $0.label == "human" })
            #expect(block.lastUpdatedBy == bench.agent.id && block.version == 2)
            #expect(block.provenance == Provenance(source: "agent", tool: "core_memory_append", trust: .assistant))
            let history = try await bench.server.engine.blocks.history(block.id, before: nil, limit: 10, by: Caller())
            #expect(history.map(\.value) == ["Name: Ann\nCity: Oslo"])
            #expect(history.first?.actorID == bench.agent.id)
            #expect(history.first?.provenance.tool == "core_memory_append")
            let changes = try await bench.server.store.changes(after: 0, kinds: [.block], agentID: bench.agent.id)
            #expect(changes.last?.actorID == bench.agent.id && changes.last?.action == .updated)
        }
    }

    @Test func `a request's idempotency key does not swallow the second edit`() async throws {
        try await withTools { (bench) async throws in
            var caller = Caller()
            caller.setIdempotencyKey("k", fingerprint: "f")
            for content in ["1", "2"] {
                let call = ToolInvocation(
                    name: "core_memory_append", arguments: ["label": "persona", "content": .string(content)],
                    agent: bench.agent, caller: caller)
                #expect(try await bench.tools.run(call).isError == false)
            }
            #expect(try await bench.value("persona") == "\n1\n2")
        }
    }

    @Test func `two agents that edit one block at once lose nothing`() async throws {
        try await withTools { (bench) async throws in
            let shared = try #require(try await bench.blocks().first { $0.label == "persona" })
            var new = NewAgent()
            new.blockIDs = [shared.id]
            let other = try await bench.server.engine.agents.create(new, by: Caller()).agent
            let second = ToolBench(server: bench.server, agent: other)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<40 {
                    let bench = number % 2 == 0 ? bench : second
                    group.addTask {
                        let tool = number % 4 < 2 ? "core_memory_append" : "memory_insert"
                        let text = number % 4 < 2 ? "content" : "new_string"
                        let outcome = try await bench.run(tool, ["label": "persona", text: "line \(number)"])
                        return !outcome.isError
                    }
                }
                for try await isDone in group { #expect(isDone) }
            }
            let value = try #require(try await bench.value("persona"))
            #expect(Set(value.split(separator: "\n").map(String.init)) == Set((0..<40).map { "line \($0)" }))
            #expect(try await bench.blocks().first { $0.label == "persona" }?.version == 41)
        }
    }

    @Test func `a conversation's own copy is edited in the place of the agent's block`() async throws {
        try await withTools { (bench) async throws in
            let copy = try await bench.server.engine.blocks.create(
                NewBlock(label: "human", value: "mine"), by: Caller())
            var conversation = Conversation(id: "conv-1", agentID: bench.agent.id, createdAt: .now)
            conversation.isolatedBlockIDs = [copy.id]
            var isolated = bench
            isolated.conversation = conversation
            #expect(try await isolated.run("core_memory_append", ["label": "human", "content": "x"]).text == "mine\nx")
            #expect(try await isolated.run("core_memory_append", ["label": "persona", "content": "y"]).text == "\ny")
            #expect(try await bench.value("human") == "Name: Ann\nCity: Oslo")
            #expect(try await bench.value("persona") == "\ny")
            let removed = try await isolated.run("memory", ["command": "delete", "path": "/memories/human"])
            #expect(removed.isError && removed.text.contains("own copy"))
            let history = try await bench.server.engine.blocks.history(copy.id, before: nil, limit: 1, by: Caller())
            #expect(history.first?.provenance.session == "conv-1")
        }
    }
}
