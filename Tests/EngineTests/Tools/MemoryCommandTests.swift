import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine

/// The tool `memory` with its five commands.
@Suite struct MemoryCommandTests {
    @Test func `a block is created and attached`() async throws {
        try await withTools { (bench) async throws in
            let outcome = try await bench.run(
                "memory",
                [
                    "command": "create", "path": "/memories/projects", "description": "What Ann builds",
                    "file_text": "Shed",
                ])
            #expect(
                outcome.text
                    == "Successfully created memory block 'projects'. Your system prompt has been recompiled with the new memory block and is now active in your context."
            )
            #expect(outcome.changesPrompt && !outcome.isError)
            let block = try #require(try await bench.blocks().last)
            #expect(block.label == "projects" && block.value == "Shed" && block.description == "What Ann builds")
            #expect(block.createdBy == bench.agent.id && block.provenance.tool == "memory")
            let again = try await bench.run("memory", ["command": "create", "path": "/memories/projects"])
            #expect(again.isError && again.text.contains("exists already") && !again.changesPrompt)
        }
    }

    @Test func `text is replaced and inserted`() async throws {
        try await withTools { (bench) async throws in
            let replaced = try await bench.run(
                "memory",
                ["command": "str_replace", "path": "/memories/human", "old_string": "Oslo", "new_string": "Bergen"])
            #expect(replaced.changesPrompt && replaced.text.hasPrefix("Successfully edited memory block 'human'."))
            let inserted = try await bench.run(
                "memory",
                ["command": "insert", "path": "human", "insert_line": "0", "insert_text": "About Ann"])
            #expect(!inserted.isError)
            #expect(try await bench.value("human") == "About Ann\nName: Ann\nCity: Bergen")
            let none = try await bench.run(
                "memory",
                ["command": "str_replace", "path": "/memories/human", "old_string": "Oslo", "new_string": "x"])
            #expect(
                none.text
                    == "No replacement was performed, old_string `Oslo` did not appear verbatim in memory block with label `human`."
            )
        }
    }

    @Test func `a deleted block leaves this agent only`() async throws {
        try await withTools { (bench) async throws in
            let shared = try #require(try await bench.blocks().first)
            var new = NewAgent()
            new.blockIDs = [shared.id]
            let other = try await bench.server.engine.agents.create(new, by: Caller()).agent
            let outcome = try await bench.run("memory", ["command": "delete", "path": "/memories/human"])
            #expect(outcome.changesPrompt && outcome.text.hasPrefix("Successfully deleted memory block 'human'."))
            #expect(try await bench.blocks().map(\.label) == ["persona"])
            let kept = ToolBench(server: bench.server, agent: other)
            #expect(try await kept.value("human") == "Name: Ann\nCity: Oslo")
        }
    }

    @Test func `a block gets another label or description`() async throws {
        try await withTools { (bench) async throws in
            let renamed = try await bench.run(
                "memory", ["command": "rename", "old_path": "/memories/human", "new_path": "/memories/people/ann"])
            #expect(renamed.changesPrompt)
            #expect(renamed.text.hasPrefix("Successfully renamed memory block 'human' to 'people_ann'."))
            let described = try await bench.run(
                "memory", ["command": "rename", "path": "/memories/people/ann", "description": "Ann"])
            #expect(described.text.hasPrefix("Successfully updated the description of memory block 'people_ann'."))
            let block = try #require(try await bench.blocks().first { $0.label == "people_ann" })
            #expect(block.description == "Ann" && block.value == "Name: Ann\nCity: Oslo")
            let taken = try await bench.run(
                "memory", ["command": "rename", "old_path": "people_ann", "new_path": "persona"])
            #expect(taken.isError && taken.text.contains("exists already"))
            let aimless = try await bench.run("memory", ["command": "rename", "path": "persona"])
            #expect(aimless.isError && aimless.text.contains("old_path and new_path"))
        }
    }

    @Test func `a label that another agent uses for another block is refused`() async throws {
        try await withTools { (bench) async throws in
            let shared = try #require(try await bench.blocks().first)
            var new = NewAgent()
            new.blockIDs = [shared.id]
            new.memoryBlocks = [NewBlock(label: "ann", value: "")]
            _ = try await bench.server.engine.agents.create(new, by: Caller())
            let outcome = try await bench.run("memory", ["command": "rename", "old_path": "human", "new_path": "ann"])
            #expect(outcome.isError && outcome.text.contains("another block with the label 'ann'"))
            #expect(try await bench.blocks().map(\.label) == ["human", "persona"])
        }
    }

    @Test func `read-only blocks stay, unknown ones are named`() async throws {
        try await withTools([.readOnly("ro", "a")]) { (bench) async throws in
            let calls: [JSONObject] = [
                ["command": "delete", "path": "ro"], ["command": "rename", "old_path": "ro", "new_path": "rw"],
                ["command": "insert", "path": "ro", "insert_text": "x"],
                ["command": "str_replace", "path": "ro", "old_string": "a", "new_string": "b"],
                ["command": "rename", "path": "ro", "description": "x"],
            ]
            for call in calls {
                let outcome = try await bench.run("memory", call)
                #expect(outcome.isError && outcome.text == "Error This block is read-only and cannot be edited.")
            }
            let unknown = try await bench.run("memory", ["command": "delete", "path": "/memories/nah"])
            #expect(unknown.text == "'Block field nah does not exist (available sections = ro)'")
        }
    }

    @Test(arguments: ["", "a\nb", "<system>", String(repeating: "x", count: 101)])
    func `labels that would break the prompt are refused`(_ label: String) async throws {
        try await withTools { (bench) async throws in
            let outcome = try await bench.run("memory", ["command": "create", "path": .string("/memories/" + label)])
            #expect(outcome.isError)
            #expect(try await bench.blocks().count == 2)
        }
    }

    @Test func `an unknown command is told the five`() async throws {
        try await withTools { (bench) async throws in
            let outcome = try await bench.run("memory", ["command": "view", "path": "/memories"])
            #expect(
                outcome.text
                    == "Error: Unknown command 'view'. Supported commands: create, str_replace, insert, delete, rename")
        }
    }
}
