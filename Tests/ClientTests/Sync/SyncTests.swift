import Client
import Platform
import RoostTesting
import Testing

@Suite struct SyncTests {
    @Test func `a first sync brings everything to the other side, with tags, metadata, provenance and time`()
        async throws
    {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            for number in 0..<130 { try await bench.add("note \(number)", to: machine, tags: ["a"]) }
            try await bench.set("learnings", "# Learnings\n- tea", on: machine)
            let report = try await bench.sync()
            #expect(report.written[.remote]?.created == 130)
            #expect(report.conflicts.isEmpty && report.problems.isEmpty)
            #expect(try await bench.contents(machine) == bench.contents(bench.server))
            #expect(try await bench.passages(bench.server).count == 130)
            let again = try await bench.sync()
            #expect(again.isQuiet, "\(again.json.text)")
        }
    }

    @Test func `edits and deletions go over in both directions`() async throws {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            for text in ["one", "two", "three", "four"] { try await bench.add(text, to: machine) }
            _ = try await bench.sync()
            _ = try await machine.patch(
                "/v1/roost/passages/\(try await bench.id(of: "one", on: machine))", ["text": "one, changed here"])
            _ = try await bench.server.patch(
                "/v1/roost/passages/\(try await bench.id(of: "two", on: bench.server))", ["tags": ["changed-there"]])
            _ = try await machine.delete("/v1/roost/passages/\(try await bench.id(of: "three", on: machine))")
            _ = try await bench.server.delete(
                "/v1/roost/passages/\(try await bench.id(of: "four", on: bench.server))")
            try await bench.add("five", to: bench.server)
            let report = try await bench.sync()
            #expect(report.conflicts.isEmpty)
            #expect(try await bench.texts(machine) == ["five", "one, changed here", "two"])
            #expect(try await bench.contents(machine) == bench.contents(bench.server))
        }
    }

    @Test func `a deletion does not win against a change of the other side`() async throws {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            try await bench.add("one", to: machine)
            _ = try await bench.sync()
            _ = try await machine.delete("/v1/roost/passages/\(try await bench.id(of: "one", on: machine))")
            _ = try await bench.server.patch(
                "/v1/roost/passages/\(try await bench.id(of: "one", on: bench.server))", ["text": "one, needed"])
            _ = try await bench.sync()
            #expect(try await bench.texts(machine) == ["one, needed"])
            #expect(try await bench.texts(bench.server) == ["one, needed"])
        }
    }

    @Test func `a text changed on both sides is kept twice, the newer in its place`() async throws {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            try await bench.add("one", to: machine)
            _ = try await bench.sync()
            _ = try await machine.patch(
                "/v1/roost/passages/\(try await bench.id(of: "one", on: machine))", ["text": "one, older"])
            _ = try await bench.server.patch(
                "/v1/roost/passages/\(try await bench.id(of: "one", on: bench.server))", ["text": "one, newer"])
            let report = try await bench.sync()
            #expect(report.conflicts.count == 1)
            #expect(try await bench.texts(machine) == ["one, newer", "one, older"])
            #expect(try await bench.contents(machine) == bench.contents(bench.server))
            let lost = try await bench.passages(bench.server).first { $0["text"] == "one, older" }
            #expect(lost?["tags"]?.strings?.contains("sync-conflict") == true)
        }
    }

    @Test func `the same text learned on two machines is one, with the tags of both`() async throws {
        try await SyncBench.with { bench in
            try await bench.add("same", to: bench.machines[0], tags: ["here"])
            try await bench.add("same", to: bench.server, tags: ["there"])
            _ = try await bench.sync()
            for server in [bench.machines[0], bench.server] {
                let found = try await bench.passages(server)
                #expect(found.count == 1)
                let tags = found.first?["tags"]?.strings ?? []
                #expect(tags.contains("here") && tags.contains("there"))
            }
            #expect(try await bench.sync().isQuiet)
        }
    }

    @Test func `blocks are merged line by line, against what both began with`() async throws {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            let start = try await bench.value("learnings", on: machine)
            try await bench.set("learnings", start + "\n- learned here", on: machine)
            _ = try await bench.agent(bench.server)
            try await bench.set("learnings", start + "\n- learned there", on: bench.server)
            let report = try await bench.sync()
            #expect(report.conflicts.isEmpty)
            let merged = start + "\n- learned here\n- learned there"
            #expect(try await bench.value("learnings", on: machine) == merged)
            #expect(try await bench.value("learnings", on: bench.server) == merged)
            #expect(try await bench.sync().isQuiet)
        }
    }

    @Test func `a block changed on both sides in one line keeps the newer value and a note of the other`() async throws
    {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            try await bench.set("human", "Name: ?", on: machine)
            _ = try await bench.sync()
            try await bench.set("human", "Name: Ann", on: machine)
            try await bench.set("human", "Name: Bea", on: bench.server)
            let report = try await bench.sync()
            #expect(report.conflicts.count == 1)
            #expect(try await bench.value("human", on: machine) == "Name: Bea")
            #expect(try await bench.value("human", on: bench.server) == "Name: Bea")
            #expect(try await bench.texts(bench.server).contains { $0.hasSuffix("Name: Ann") })
            #expect(try await bench.contents(machine) == bench.contents(bench.server))
        }
    }

    @Test func `blocks made and taken away follow`() async throws {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            let made = try await machine.post("/v1/blocks/", ["label": "style", "value": "tabs", "read_only": true])
            _ = try await machine.patch(
                "/v1/agents/\(try await bench.agent(machine))/core-memory/blocks/attach/\(made.id)")
            _ = try await bench.sync()
            #expect(try await bench.value("style", on: bench.server) == "tabs")
            #expect(try await bench.block("style", on: bench.server)["read_only"] == true)
            _ = try await machine.patch(
                "/v1/agents/\(try await bench.agent(machine))/core-memory/blocks/detach/\(made.id)")
            let report = try await bench.sync()
            #expect(report.written[.remote]?.deleted == 1)
            #expect(try await bench.contents(machine) == bench.contents(bench.server))
            // It is not lost: the server's other agents may have it.
            #expect(try await bench.server.get("/v1/blocks/?label=style").array.count == 1)
        }
    }

    @Test func `one direction leaves the other side as it is and forgets nothing`() async throws {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            try await bench.add("here", to: machine)
            try await bench.add("there", to: bench.server)
            let push = try await bench.sync(direction: .push)
            #expect(push.waitingCount == 1)
            #expect(try await bench.texts(machine) == ["here"])
            #expect(try await bench.texts(bench.server) == ["here", "there"])
            let dry = try await bench.sync(isDry: true)
            #expect(dry.waitingCount == 1 && dry.written[.local]?.created == 0)
            #expect(try await bench.texts(machine) == ["here"])
            _ = try await bench.sync()
            #expect(try await bench.texts(machine) == ["here", "there"])
        }
    }

    @Test func `an older backup that was put back gets back what it lacks`() async throws {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            try await bench.add("one", to: machine)
            _ = try await bench.sync()
            // The feed of a store that went back does not reach as far as the cursor.
            let text = String(decoding: try FileText.read(try #require(stateFile(bench))), as: UTF8.self)
            var state = try #require(try JSONValue(parsing: text).object)
            state["cursors"] = ["local": 1_000_000, "remote": state["cursors"]?["remote"] ?? 0]
            try FileText.writePrivate(Array(JSONValue.object(state).text.utf8), to: try #require(stateFile(bench)))
            _ = try await machine.delete("/v1/roost/passages/\(try await bench.id(of: "one", on: machine))")
            _ = try await bench.sync()
            #expect(try await bench.texts(machine) == ["one"])
            #expect(try await bench.texts(bench.server) == ["one"])
        }
    }

    @Test func `notes that left with their archive are not deleted on the other side`() async throws {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            let archive = try await machine.post("/v1/archives/", ["name": "books"]).id
            let agent = try await bench.agent(machine)
            _ = try await machine.patch("/v1/agents/\(agent)/archives/attach/\(archive)")
            _ = try await machine.post("/v1/archives/\(archive)/passages", ["text": "from a book"])
            _ = try await bench.sync()
            #expect(try await bench.texts(bench.server) == ["from a book"])
            let detached = try await machine.patch("/v1/agents/\(agent)/archives/detach/\(archive)")
            #expect(detached.status < 300, "\(detached.text)")
            let report = try await bench.sync()
            #expect(report.written[.remote]?.deleted == 0)
            #expect(try await bench.texts(bench.server) == ["from a book"])
        }
    }

    @Test func `a server over the same file is refused`() async throws {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            try await bench.add("one", to: machine)
            let sync = Sync(local: bench.session(machine), remote: bench.session(machine), folder: bench.folder)
            let error = await #expect(throws: ClientError.self) { _ = try await sync.run() }
            #expect(error?.description.contains("same file") == true)
            #expect(try await bench.texts(machine) == ["one"])
        }
    }

    @Test(arguments: 1...8) func `a run that is ended anywhere is taken up again without a double`(writes: Int)
        async throws
    {
        try await SyncBench.with { bench in
            let machine = bench.machines[0]
            for number in 0..<110 { try await bench.add("note \(number)", to: machine) }
            for number in 0..<20 { try await bench.add("their note \(number)", to: bench.server) }
            try await bench.set("learnings", "# Learnings\n- tea", on: machine)
            try await bench.set("learnings", "# Learnings\n- cake", on: bench.server)
            let ended = await #expect(throws: Interruption.self) { _ = try await bench.sync(endAfter: writes) }
            guard ended != nil else { return }
            // What was sent is changed or deleted before the next run.
            _ = try await machine.patch(
                "/v1/roost/passages/\(try await bench.id(of: "note 0", on: machine))", ["text": "note 0, changed"])
            _ = try await machine.delete("/v1/roost/passages/\(try await bench.id(of: "note 1", on: machine))")
            _ = try await bench.sync()
            #expect(try await bench.contents(machine) == bench.contents(bench.server))
            let texts = try await bench.texts(machine)
            #expect(texts.count == Set(texts).count)
            #expect(!texts.contains("note 0") && !texts.contains("note 1") && texts.contains("note 0, changed"))
            #expect(texts.filter { $0.contains("note") && !$0.contains("block") }.count == 129)
        }
    }

    private func stateFile(_ bench: SyncBench) -> String? {
        // The name has a digest of the agents.
        Glob.first(bench.folder + "/0/*.json")
    }
}
