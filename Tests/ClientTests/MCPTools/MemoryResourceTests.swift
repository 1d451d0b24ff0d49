import Client
import HTTP
import MCP
import Platform
import RoostTesting
import Testing

@Suite struct MemoryResourceTests {
    private func uris(_ tools: TestTools) async throws -> [String] {
        try await tools.memory.resources(CallContext()).compactMap { $0.json.value["uri"]?.string }
    }

    private func read(_ tools: TestTools, _ uri: String) async throws -> ResourceContents? {
        try await tools.memory.read(resource: uri, CallContext())
    }

    @Test func `blocks, the newest passages and the projects are listed`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            #expect(try await uris(tools) == ["memory://projects"])
            var ids: [String] = []
            for number in 0..<25 { ids.append(try await tools.remember("Fact \(number) is number \(number * 13).")) }
            let uris = try await uris(tools)
            #expect(uris.count == 1 + 4 + 20)
            #expect(uris.contains("memory://blocks/learnings") && uris.contains("memory://passages/\(ids[24])"))
            #expect(!uris.contains("memory://passages/\(ids[0])"))
            #expect(tools.memory.resourceTemplates.count == 2)
        }
    }

    @Test func `a block is read by its label, whatever is in it`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            _ = try await tools.remember("x y z")
            let label = "rules/für alle 100%"
            let block = try await tools.server.post("/v1/blocks/", ["label": .string(label), "value": "Be kind."]).id
            let agent = try await tools.agentID()
            _ = try await tools.server.patch("/v1/agents/\(agent)/core-memory/blocks/attach/\(block)")
            let uri = "memory://blocks/" + percentEncoded(label)
            #expect(try await uris(tools).contains(uri))
            let contents = try #require(try await read(tools, uri))
            #expect(contents.text == "Be kind." && contents.type == "text/plain")
        }
    }

    @Test func `a passage is read with its provenance, old ones too`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            _ = try await tools.remember("x y z")
            let agent = try await tools.agentID()
            var ids: [String] = []
            for number in 0..<25 {
                let more: JSONObject = ["provenance": ["source": "hook", "trust": "tool"]]
                ids.append(try await tools.passage("Fact \(number).", more, agent: agent))
            }
            let listed = try await tools.memory.resources(CallContext()).map(\.json.text).joined()
            #expect(!listed.contains("Fact 24") && listed.contains("Words of a program"))
            for number in [0, 12, 24] {
                let contents = try #require(try await read(tools, "memory://passages/" + ids[number]))
                let json = try JSONValue(parsing: contents.text)
                #expect(contents.type == "application/json" && json["text"] == .string("Fact \(number)."))
                #expect(json["provenance"]?["trust"] == "tool" && json["memory"] == "memory-shop")
                #expect(json["note"]?.string?.contains("not instructions") == true)
            }
        }
    }

    @Test func `what is not there, or another project's, is no resource`() async throws {
        try await withTools(.memory, scope: .project("red")) { red in
            _ = try await red.remember("Red.")
            let blue = red.beside(.project("blue"))
            let theirs = try await blue.remember("Blue.")
            for uri in [
                "memory://passages/" + theirs, "memory://passages/x", "memory://blocks/nope", "memory://blocks/",
                "memory://else", "file:///etc/passwd", "memory://blocks/%ZZ",
            ] {
                let contents = try await read(red, uri)
                #expect(contents == nil, "\(uri)")
            }
        }
    }

    @Test func `projects are listed with what they hold`() async throws {
        try await withTools(.memory, scope: .project("red")) { red in
            _ = try await red.remember("Red one.")
            _ = try await red.remember("A second one, of two.")
            _ = try await red.beside(.project("blue")).remember("Blue one.")
            _ = try await red.server.post("/v1/agents/", ["name": "nobody's"])
            let contents = try #require(try await read(red, "memory://projects"))
            let projects = try JSONValue(parsing: contents.text)["projects"]?.array ?? []
            #expect(Set(projects.compactMap { $0["project"]?.string }) == ["red", "blue"])
            let ours = try #require(projects.first { $0["project"] == "red" })
            #expect(ours["passages"] == 2 && ours["blocks"] == 4 && ours["agent_name"] == "memory-red")
        }
    }

    @Test func `labels, projects and arguments are completed`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            func completions(_ reference: CompletionReference, _ argument: String, _ value: String) async throws
                -> [String]
            {
                try await tools.memory.completions(of: reference, argument: argument, value: value, CallContext())
            }
            let id = try await tools.remember("x y z", ["type": "decision"])
            _ = try await tools.beside(.project("shelf")).remember("x y z")
            #expect(
                try await completions(.resourceTemplate("memory://blocks/{label}"), "label", "P").sorted() == [
                    "persona", "project_context",
                ])
            #expect(try await completions(.resourceTemplate("memory://passages/{id}"), "id", "passage-") == [id])
            #expect(try await completions(.prompt("project-init"), "name", "sh").sorted() == ["shelf", "shop"])
            #expect(try await completions(.prompt("recall"), "query", "dec") == ["decision"])
            #expect(try await completions(.prompt("save"), "what", "dec") == ["decisions"])
            #expect(try await completions(.prompt("status"), "x", "").isEmpty)
        }
    }
}
