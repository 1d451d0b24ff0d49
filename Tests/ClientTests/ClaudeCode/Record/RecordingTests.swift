import Foundation
import HTTP
import Platform
import RoostTesting
import Testing

@testable import Client

struct RecordingTests {
    @Test func `edits of one file in one turn are one passage, written when the turn ends`() async throws {
        try await withHooks { hooks async throws in
            await hooks.edit("/home/mia/shop/src/a.py", "x = one()", "x = two()")
            await hooks.edit("/home/mia/shop/src/a.py", "y = three()", "y = four()")
            await hooks.edit("/home/mia/shop/src/b.py", "z = five()", "z = six()")
            #expect(try await hooks.passages().isEmpty)
            await hooks.run(.stop)
            let changes = try await hooks.passages("file_change")
            #expect(
                changes.texts.first
                    == "Changed src/a.py (+2 -2) in 2 edits\n- x = one()\n+ x = two()\n- y = three()\n+ y = four()")
            #expect(changes.map { $0["metadata"]?["file_path"]?.string } == ["src/a.py", "src/b.py"])
        }
    }

    @Test func `a turn that goes on after it was written changes its passage`() async throws {
        try await withHooks { hooks async throws in
            await hooks.edit("/home/mia/shop/a.py", "x = one()", "x = two()")
            await hooks.run(.stop)
            await hooks.edit("/home/mia/shop/a.py", "y = three()", "y = four()")
            await hooks.run(.stop)
            #expect(try await hooks.passages("file_change").texts.map { $0.contains("in 2 edits") } == [true])
            await hooks.edit("/home/mia/shop/a.py", "q = three()", "q = four()", prompt: "prompt-2")
            await hooks.run(.stop)
            #expect(try await hooks.passages("file_change").count == 2)
        }
    }

    @Test func `what is said again in another session is one note, unless it was forgotten or says something else`()
        async throws
    {
        try await withHooks { hooks async throws in
            func say(_ words: String, in session: String) async throws {
                var other = hooks
                other.session = session
                var script = TranscriptScript(session: session)
                script.asks("Please add a page for refunds. \(words)")
                script.says("I added `refunds.py` for that, and all 12 tests pass now.")
                try other.write(script)
                await other.run(.stop)
            }
            try await say("Always use Decimal for money in this project, never float.", in: "one")
            try await say("Always use  decimal for money in this project, never FLOAT!", in: "two")
            #expect(try await hooks.passages("preference").count == 1)
            try await say("Always use Decimal for money in this project, never int.", in: "three")
            let stored = try await hooks.passages("preference")
            #expect(stored.count == 2, "\(stored.texts)")
            for passage in stored {
                let reply = try await hooks.server.delete("/v1/roost/passages/\(passage["id"]?.string ?? "")")
                #expect(reply.status < 300)
            }
            try await say("Always use Decimal for money in this project, never float.", in: "four")
            #expect(try await hooks.passages("preference").count == 1)
        }
    }

    @Test func `a patch tells which lines changed`() async throws {
        try await withHooks { hooks async throws in
            await hooks.run(
                .postToolUse,
                [
                    "tool_name": "Write",
                    "tool_input": ["file_path": "/home/mia/shop/n.md", "content": "alpha\nbeta\n"],
                    "tool_response": ["type": "create", "filePath": "/home/mia/shop/n.md", "structuredPatch": []],
                ])
            await hooks.run(
                .postToolUse,
                [
                    "tool_name": "Edit", "tool_input": ["file_path": "/home/mia/shop/c.py"],
                    "tool_response": [
                        "filePath": "/home/mia/shop/c.py",
                        "structuredPatch": [["lines": [" same", "-old line", "+new line"]]],
                    ],
                ])
            let changes = hooks.record.changes
            #expect(
                changes.map(\.text) == [
                    "Created n.md (+2 -0)\n+ alpha\n+ beta", "Changed c.py (+1 -1)\n- old line\n+ new line",
                ])
        }
    }

    @Test func `the same failure again is the same bug, and is solved by what works`() async throws {
        try await withHooks { hooks async throws in
            for _ in 0..<3 { await hooks.fail("swift test --filter A", "Exit code 1\nerror: cannot find 'x' in scope") }
            await hooks.run(.stop)
            let open = try await hooks.passages("bug")
            #expect(open.texts == ["`swift test --filter A` failed (3 times): error: cannot find 'x' in scope"])
            #expect(open.first?["metadata"]?["resolved"]?.bool == false)
            await hooks.edit("/home/mia/shop/x.swift", "let y = 1", "let x = 1")
            await hooks.run(.postToolUse, ["tool_name": "Bash", "tool_input": ["command": "swift test --filter A"]])
            await hooks.run(.stop)
            let solved = try await hooks.passages("bug")
            #expect(solved.count == 1)
            #expect(solved.first?["metadata"]?["resolved"]?.bool == true)
            #expect(solved.texts.first?.hasSuffix("It worked after changes of x.swift.") == true)
        }
    }

    @Test func `what the user interrupts, and a search that finds nothing, is no bug`() async throws {
        try await withHooks { hooks async throws in
            await hooks.fail("make", "stopped", interrupt: true)
            await hooks.fail("grep -r x src", "Exit code 1")
            await hooks.fail("make", "The user doesn't want to proceed with this tool use.")
            #expect(hooks.record.failures.isEmpty)
        }
    }

    @Test func `the same end twice, at once or later, stores nothing twice`() async throws {
        try await withHooks { hooks async throws in
            try hooks.write(Sessions.debugging)
            await hooks.edit("/home/mia/shop/src/a.py", "x = one()", "x = two()")
            await withTaskGroup { group in
                for _ in 0..<4 { group.addTask { await hooks.run(.stop) } }
            }
            await hooks.run(.sessionEnd)
            let once = try await hooks.passages().texts
            let lessons = try await hooks.learnings()
            await hooks.run(.stop)
            await hooks.run(.sessionEnd)
            #expect(try await hooks.passages().texts == once)
            #expect(Set(once).count == once.count)
            #expect(try await hooks.learnings() == lessons)
            #expect(hooks.record.pending.isEmpty)
        }
    }

    @Test func `a session whose file is lost is read anew and stores nothing twice`() async throws {
        try await withHooks { hooks async throws in
            var hooks = hooks
            try hooks.write(Sessions.debugging)
            await hooks.run(.sessionEnd)
            let once = try await hooks.passages().texts
            try FileManager.default.removeItem(atPath: hooks.file.path)
            hooks.now = hooks.now.adding(seconds: 3 * 86_400)
            await hooks.run(.sessionEnd)
            #expect(try await hooks.passages().texts == once)
        }
    }

    @Test func `a transcript that grows is read on; a summary is brought up to date`() async throws {
        try await withHooks { hooks async throws in
            var script = Sessions.debugging
            try hooks.write(script)
            await hooks.run(.preCompact)
            let offset = hooks.record.offset
            script.asks("From now on write the changelog in German.")
            script.says("Changed the changelog in `CHANGES.md` to German; nothing else was touched.")
            try (script.text + "{\"type\":\"user\",\"message\":{\"content\":\"cut").write(
                toFile: hooks.transcript, atomically: true, encoding: .utf8)
            await hooks.run(.sessionEnd)
            #expect(hooks.record.offset > offset)
            #expect(hooks.record.offset == script.text.utf8.count)
            let summaries = try await hooks.passages("session_summary").texts
            #expect(summaries.count == 1)
            #expect(summaries.first?.contains("From now on write the changelog in German.") == true)
        }
    }

    @Test func `a transcript that is cut, replaced, binary or missing harms nothing`() async throws {
        try await withHooks { hooks async throws in
            try hooks.write(Sessions.debugging)
            await hooks.run(.stop)
            try hooks.write(Sessions.research)
            await hooks.run(.stop)
            #expect(hooks.record.offset == Sessions.research.text.utf8.count)
            try Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(
                to: URL(fileURLWithPath: hooks.transcript))
            #expect(await hooks.run(.stop) == HookOutput())
            try FileManager.default.removeItem(atPath: hooks.transcript)
            #expect(await hooks.run(.stop, ["last_assistant_message": "All done."]) == HookOutput())
        }
    }

    @Test func `an agent's own words count, those of the agent that makes room do not`() async throws {
        try await withHooks { hooks async throws in
            let words: JSONValue = "The root cause was a missing index on `orders.created_at` in the schema."
            await hooks.run(.subagentStop, ["agent_type": "", "last_assistant_message": words])
            #expect(try await hooks.passages().isEmpty)
            await hooks.run(.subagentStop, ["agent_type": "general-purpose", "last_assistant_message": words])
            #expect(try await hooks.passages("learning").count == 1)
        }
    }

    @Test func `the summary of a compaction is kept whole, once`() async throws {
        try await withHooks { hooks async throws in
            let text =
                "<summary>\n1. Primary Request: ship it\n" + String(repeating: "detail ", count: 500) + "</summary>"
            await hooks.run(.postCompact, ["compact_summary": .string(text)])
            await hooks.run(.postCompact, ["compact_summary": .string(text)])
            #expect(try await hooks.passages("session_summary").texts == [text])
        }
    }

    @Test func `a passage says where it comes from and whose words it is in`() async throws {
        try await withHooks { hooks async throws in
            try hooks.write(Sessions.debugging)
            await hooks.edit("/home/mia/shop/src/a.py", "x = one()", "x = two()")
            await hooks.run(.stop)
            let found = try await hooks.server.post("/v1/roost/search", ["limit": 50])["results"].array ?? []
            var trusts: [String: String] = [:]
            for passage in found {
                #expect(passage["provenance"]?["source"]?.string == "claude-code")
                #expect(passage["provenance"]?["session"]?.string == hooks.session)
                trusts[passage["metadata"]?["type"]?.string ?? ""] = passage["provenance"]?["trust"]?.string
            }
            #expect(
                trusts == [
                    "file_change": "tool", "bug": "tool", "learning": "assistant", "decision": "assistant",
                    "preference": "user",
                ])
        }
    }

    @Test func `what a killed session left is written at the next start of another`() async throws {
        try await withHooks { hooks async throws in
            try hooks.write(Sessions.debugging)
            await hooks.run(.stop)
            await hooks.edit("/home/mia/shop/src/late.py", "x = one()", "x = two()", prompt: "prompt-9")
            var other = hooks
            other.session = "another"
            await other.run(.sessionStart, ["source": "startup"])
            #expect(try await hooks.passages("session_summary").isEmpty)
            other.now = Timestamp.now.adding(seconds: 3600)
            await other.run(.sessionStart, ["source": "startup"])
            #expect(try await hooks.passages("session_summary").count == 1)
            #expect(try await hooks.passages("file_change").texts.first?.hasPrefix("Changed src/late.py") == true)
            other.now = Timestamp.now.adding(seconds: 30 * 86_400)
            await other.run(.sessionStart, ["source": "startup"])
            #expect(!FileText.exists(hooks.file.path))
        }
    }

    @Test func `a session that is killed before its first turn ends is finished by another`() async throws {
        try await withHooks { hooks async throws in
            await hooks.edit("/home/mia/shop/src/early.py", "x = one()", "x = two()")
            await hooks.fail("make test", "Exit code 2\nundefined name cart")
            var other = hooks
            other.session = "another"
            other.now = Timestamp.now.adding(seconds: 3600)
            // A start for another memory comes first, and leaves it alone.
            var elsewhere = other
            elsewhere.place = "http://elsewhere"
            await elsewhere.run(.sessionStart, ["source": "startup"])
            #expect(try await hooks.passages().isEmpty)
            await other.run(.sessionStart, ["source": "startup"])
            #expect(try await hooks.passages("file_change").texts.first?.hasPrefix("Changed src/early.py") == true)
            #expect(try await hooks.passages("bug").count == 1)
        }
    }

    @Test func `a session file that is removed leaves what it had not written in the outbox`() async throws {
        try await withHooks { hooks async throws in
            await hooks.edit("/home/mia/shop/src/early.py", "x = one()", "x = two()")
            var other = hooks
            other.session = "another"
            other.place = "http://elsewhere"
            other.now = Timestamp.now.adding(seconds: 30 * 86_400)
            await other.run(.sessionStart, ["source": "startup"])
            #expect(!FileText.exists(hooks.file.path))
            other.place = hooks.place
            await other.run(.sessionStart, ["source": "startup"])
            #expect(try await hooks.passages("file_change").texts.first?.hasPrefix("Changed src/early.py") == true)
        }
    }

    @Test func `a damaged session file with counts of any size harms nothing`() async throws {
        try await withHooks { hooks async throws in
            let most = JSONValue.int(Int64.max)
            try hooks.file.change { object in
                object["record"] = [
                    "turns": most, "tools": ["Edit": most], "offset": most,
                    "changes": [
                        [
                            "path": "src/a.py", "prompt": "prompt-1", "at": "x", "added": most, "removed": most,
                            "edits": most,
                        ]
                    ],
                ]
            }
            await hooks.edit("/home/mia/shop/src/a.py", "x = one()", "x = two()")
            try hooks.write(Sessions.debugging)
            await hooks.run(.stop)
            #expect(try await hooks.passages("file_change").count == 1)
        }
    }
}
