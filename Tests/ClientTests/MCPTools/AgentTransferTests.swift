import Client
import Foundation
import MCP
import Platform
import RoostTesting
import Testing

/// Agent files as content and as files of this machine.
@Suite struct AgentTransferTests {
    private static let hub = AgentHubTests.hub

    /// A folder of the test's own beside one that is not the client's.
    private func withFolder(_ body: (_ folder: String, _ outside: String) async throws -> Void) async throws {
        let place = NSTemporaryDirectory() + "roost-files-" + Identifier.uuid()
        let folder = place + "/inside"
        let outside = place + "/outside"
        for path in [folder, outside] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        defer {
            // What is left behind in the temporary folder harms nobody.
            try? FileManager.default.removeItem(atPath: place)
        }
        try await body(folder, outside)
    }

    private func withFiles(
        _ body: @Sendable (_ tools: TestTools, _ folder: String, _ outside: String) async throws -> Void
    ) async throws {
        try await withFolder { folder, outside in
            try await withTools(scope: ToolSession.Scope(folder: folder)) { tools in
                _ = try await tools.server.post(
                    "/v1/agents/", ["name": "demo", "memory_blocks": [["label": "human", "value": "Ada"]]])
                try await body(tools, folder, outside)
            }
        }
    }

    // MARK: Content

    @Test(arguments: ["object", "text", "base64"])
    func `what was exported as content is imported again`(form: String) async throws {
        try await withFiles { tools, _, _ in
            let exported = try await tools.value(
                "export_agent", ["agent_id": "demo", "return_base64": .bool(form == "base64")])
            #expect(exported["path"] == nil)
            let data = try #require(exported["export_data"] ?? exported["base64_data"])
            let content: JSONValue = form == "text" ? .string(data.text) : data
            let made = try await tools.value("import_agent", ["backup_data": content])
            let id = try #require(made["agent_ids"]?.strings?.first)
            let agent = try await tools.server.get("/v1/agents/\(id)")
            #expect(agent["name"] == "demo_copy")
            #expect(agent["blocks"].array?.first?["value"] == "Ada")
            let again = try await tools.operation(Self.hub, "import", ["export_data": content, "name": "third"])
            #expect(again["count"] == 1)
            let named = try await tools.value("get_agent", ["alias": "third"])
            #expect(named["agent"]?["name"] == "third")
        }
    }

    @Test func `the name is kept when no suffix is wanted`() async throws {
        try await withFiles { tools, _, _ in
            let made = try await tools.value(
                "import_agent",
                ["backup_data": AgentHubTests.exported, "append_copy_suffix": false, "project_id": "web"])
            let agent = try await tools.server.get("/v1/agents/\(made["agent_ids"]?.strings?.first ?? "")")
            #expect(agent["name"] == "filed")
            #expect(agent["project_id"] == "web")
        }
    }

    // MARK: Files

    @Test func `an agent goes to a file that only its owner reads, and comes back`() async throws {
        try await withFiles { tools, folder, _ in
            let exported = try await tools.operation(
                Self.hub, "export", ["agent_id": "demo", "output_path": "demo.af"])
            let path = try #require(exported["data"]?["path"]?.string)
            #expect(path.hasSuffix("/inside/demo.af"))
            #expect(exported["data"]?["export_data"] == nil)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["demo.af"])
            let made = try await tools.value("import_agent", ["file_path": "./demo.af"])
            #expect(made["agent_ids"]?.array?.count == 1)
            let whole = try await tools.operation(Self.hub, "import", ["file_path": .string(folder + "/demo.af")])
            #expect(whole["count"] == 1)
        }
    }

    @Test func `an earlier export is replaced, any other file is left alone`() async throws {
        try await withFiles { tools, folder, _ in
            let arguments: JSONObject = ["agent_id": "demo", "output_path": "demo.json"]
            _ = try await tools.value("export_agent", arguments)
            _ = try await tools.value("export_agent", arguments)
            for (name, text) in [("package.json", "{\"name\":\"web\"}"), ("notes.af", "my notes")] {
                try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
                let refused = try await tools.failure(
                    "export_agent", ["agent_id": "demo", "output_path": .string(name)])
                #expect(refused["error"]?.string?.contains("left alone") == true)
                #expect(try String(contentsOfFile: folder + "/" + name, encoding: .utf8) == text)
            }
        }
    }

    @Test(arguments: [
        "../outside/x.af", "a/../../outside/x.af", "link/x.af", "OUTSIDE/x.af", "linked.af", "missing/x.af", "inside",
        "x.txt", ".af", "sub/", "..", "x.af\u{0}.txt",
    ])
    func `nothing is written outside of the folder or under another kind of name`(path: String) async throws {
        try await withFiles { tools, folder, outside in
            let files = FileManager.default
            try files.createSymbolicLink(atPath: folder + "/link", withDestinationPath: outside)
            try AgentHubTests.exported.text.write(toFile: outside + "/old.af", atomically: true, encoding: .utf8)
            try files.createSymbolicLink(atPath: folder + "/linked.af", withDestinationPath: outside + "/old.af")
            try files.createDirectory(atPath: folder + "/a", withIntermediateDirectories: true)
            try files.createDirectory(atPath: folder + "/sub", withIntermediateDirectories: true)
            let whole = path.hasPrefix("OUTSIDE") ? outside + path.dropFirst("OUTSIDE".count) : path
            let before = try files.subpathsOfDirectory(atPath: folder).sorted()
            let refused = try await tools.failure("export_agent", ["agent_id": "demo", "output_path": .string(whole)])
            #expect(refused["error"]?.string?.isEmpty == false)
            #expect(try files.contentsOfDirectory(atPath: outside) == ["old.af"])
            #expect(try files.subpathsOfDirectory(atPath: folder).sorted() == before)
            #expect(try String(contentsOfFile: outside + "/old.af", encoding: .utf8) == AgentHubTests.exported.text)
        }
    }

    @Test(arguments: [
        "../outside/old.af", "link/old.af", "linked.af", "OUTSIDE/old.af", "a", "none.af", "/etc/hostname",
    ])
    func `nothing outside of the folder is read`(path: String) async throws {
        try await withFiles { tools, folder, outside in
            let files = FileManager.default
            try files.createSymbolicLink(atPath: folder + "/link", withDestinationPath: outside)
            try AgentHubTests.exported.text.write(toFile: outside + "/old.af", atomically: true, encoding: .utf8)
            try files.createSymbolicLink(atPath: folder + "/linked.af", withDestinationPath: outside + "/old.af")
            try files.createDirectory(atPath: folder + "/a", withIntermediateDirectories: true)
            let whole = path.hasPrefix("OUTSIDE") ? outside + path.dropFirst("OUTSIDE".count) : path
            _ = try await tools.failure("import_agent", ["file_path": .string(whole)])
            let count = try await tools.server.get("/v1/agents/count")
            #expect(count.json == 1)
        }
    }

    @Test func `over HTTP a path is refused, and the way without one is named`() async throws {
        try await withFiles { tools, folder, _ in
            let export = try await tools.call(
                "export_agent", ["agent_id": "demo", "output_path": "demo.af"], isLocal: false)
            #expect(export.isError && export.value.text.contains("return_base64"))
            let hub = try await tools.call(
                Self.hub, ["operation": "import", "file_path": "demo.af"], isLocal: false)
            #expect(hub.isError && hub.value.text.contains("export_data"))
            let classic = try await tools.call("import_agent", ["file_path": "demo.af"], isLocal: false)
            #expect(classic.isError && classic.value.text.contains("backup_data"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            let content = try await tools.call("export_agent", ["agent_id": "demo"], isLocal: false)
            #expect(content.value["export_data"]?["agents"]?.array?.count == 1)
        }
    }

    @Test func `without a folder of the client's, the one the server runs in counts`() async throws {
        try await withTools { tools in
            let refused = try await tools.failure("import_agent", ["file_path": "/etc/hostname"])
            let folder = FileManager.default.currentDirectoryPath
            #expect(refused["error"]?.string?.contains("outside of the folder for agent files, \(folder)") == true)
        }
        try await withTools(scope: ToolSession.Scope(folder: "/")) { tools in
            let refused = try await tools.failure("import_agent", ["file_path": "/etc/hostname"])
            #expect(refused["error"]?.string?.contains("no folder for agent files") == true)
        }
    }

    // MARK: Copies

    @Test func `a copy takes its name under every spelling, and its project`() async throws {
        try await withFiles { tools, _, _ in
            let plain = try await tools.operation(Self.hub, "clone", ["agent_id": "demo"])
            #expect(plain["data"]?["name"] == "demo_copy")
            let named = try await tools.operation(Self.hub, "clone", ["agent_id": "demo", "name": "two"])
            #expect(named["data"]?["name"] == "two")
            let classic = try await tools.value(
                "clone_agent", ["source_agent_id": "demo", "new_agent_name": "three", "override_existing_tools": true])
            #expect(classic["agent"]?["name"] == "three")
            let other = try await tools.value(
                "clone_agent", ["agent_id": "demo", "new_name": "four", "project_id": "web", "verbose": true])
            #expect(other["agent"]?["name"] == "four")
            #expect(other["agent"]?["project_id"] == "web")
            let blocks = try await tools.server.get("/v1/blocks/count")
            #expect(blocks.json == 5, "a copy has blocks of its own")
        }
    }

    @Test func `a folder that becomes a link meanwhile leads nowhere`() async throws {
        try await withFiles { tools, folder, outside in
            try AgentHubTests.exported.text.write(toFile: outside + "/x.af", atomically: true, encoding: .utf8)
            let files = FileManager.default
            try files.createDirectory(atPath: folder + "/sub", withIntermediateDirectories: true)
            try files.createSymbolicLink(atPath: folder + "/link", withDestinationPath: outside)
            let isOver = Lock(false)
            let swapping = Task.detached {
                while !isOver.withLock({ $0 }) {
                    for (from, to) in [("sub", "other"), ("link", "sub"), ("other", "link")] {
                        rename(folder + "/" + from, folder + "/" + to)
                    }
                    await Task.yield()
                }
            }
            for number in 0..<300 {
                _ = try await tools.call("import_agent", ["file_path": "sub/x.af"])
                _ = try await tools.call(
                    "export_agent", ["agent_id": "demo", "output_path": .string("sub/\(number).af")])
            }
            isOver.withLock { $0 = true }
            await swapping.value
            #expect(try files.contentsOfDirectory(atPath: outside) == ["x.af"])
        }
    }
}
