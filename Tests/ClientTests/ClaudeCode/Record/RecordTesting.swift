import API
import Foundation
import HTTP
import Platform
import RoostTesting
import Testing

@testable import Client

/// The hooks of one project over a server in this process, each as a run of its own.
struct HookTesting: Sendable {
    let server: TestServer
    let home: String
    let folder: String
    var session = "0b1e7c52-5a6f-4a55-9d5e-3f1f6f0f2b11"
    var now = Timestamp(year: 2026, month: 11, day: 20).adding(seconds: 36_000)
    var summarize: (@Sendable (String) async throws -> String)?
    /// Answers in the server's place; throws when it is away.
    var answer: @Sendable (Request) async throws -> Response? = { _ in nil }
    var place = "http://test"

    var transcript: String { folder + "/\(session).jsonl" }
    var file: SessionFile { SessionFile(home: home, session: session) }
    var record: SessionRecord { SessionRecord(file.read()[SessionRecord.part]) }

    func surroundings() -> HookSurroundings {
        let transport = ClientTransport(place: place) { request in
            if let response = try await answer(request) { return response }
            return await server.server.respond(to: request)
        }
        let memory = ToolSession(
            scope: ToolSession.Scope(project: "shop", folder: folder), client: RoostClient(transport: transport))
        var surroundings = HookSurroundings(
            home: home, folder: "/home/mia/shop", memory: memory, options: HookOptions(), now: now, place: place)
        surroundings.summarize = summarize
        // A busy machine is not to leave anything for later.
        surroundings.timeLimit = 600
        surroundings.summaryPatience = .seconds(600)
        return surroundings
    }

    @discardableResult
    func run(_ event: HookEvent, _ more: JSONObject = JSONObject()) async -> HookOutput {
        var input = more
        input["session_id"] = .string(session)
        input["transcript_path"] = .string(transcript)
        input["hook_event_name"] = .string(event.rawValue)
        if input["prompt_id"] == nil { input["prompt_id"] = "prompt-1" }
        let run = HookRun(event, HookInput(input), in: surroundings())
        let output = await run.output()
        await run.afterwards()
        return output
    }

    func edit(_ path: String, _ old: String, _ new: String, prompt: String = "prompt-1") async {
        await run(
            .postToolUse,
            [
                "tool_name": "Edit", "prompt_id": .string(prompt), "tool_use_id": .string(Identifier.uuid()),
                "tool_input": ["file_path": .string(path), "old_string": .string(old), "new_string": .string(new)],
                "tool_response": ["filePath": .string(path), "structuredPatch": []],
            ])
    }

    func fail(_ command: String, _ error: String, prompt: String = "prompt-1", interrupt: Bool = false) async {
        await run(
            .postToolUseFailure,
            [
                "tool_name": "Bash", "prompt_id": .string(prompt), "tool_use_id": .string(Identifier.uuid()),
                "tool_input": ["command": .string(command)], "error": .string(error), "is_interrupt": .bool(interrupt),
            ])
    }

    /// Passages of the project, the oldest first; of one type when it is given.
    func passages(_ type: String? = nil) async throws -> [JSONValue] {
        let agents = try await server.get("/v1/agents/?name=memory-shop").json.array ?? []
        guard let id = agents.first?["id"]?.string else { return [] }
        let all = try await server.get("/v1/agents/\(id)/archival-memory?limit=500").json.array ?? []
        return all.filter { type == nil || $0["metadata"]?["type"]?.string == type }
    }

    func learnings() async throws -> String {
        let agents = try await server.get("/v1/agents/?name=memory-shop").json.array ?? []
        let id = agents.first?["id"]?.string ?? ""
        return try await server.get("/v1/agents/\(id)/core-memory/blocks/learnings").json["value"]?.string ?? ""
    }

    func write(_ script: TranscriptScript) throws { try ClientTests.write(script.text, to: transcript) }

    /// Everything that was written anywhere, for what must not be in it.
    func everything() async throws -> String {
        var texts = try await passages().map(\.text) + [try await learnings()]
        for path in FileManager.default.subpaths(atPath: home) ?? [] {
            // Folders have no text.
            texts.append((try? String(contentsOfFile: home + "/" + path, encoding: .utf8)) ?? "")
        }
        return texts.joined(separator: "\n")
    }
}

func withHooks(_ body: @Sendable (HookTesting) async throws -> Void) async throws {
    try await withServer { server in
        try await withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/home", withIntermediateDirectories: true)
            try await body(HookTesting(server: server, home: folder + "/home", folder: folder))
        }
    }
}
