import API
import Client
import Foundation
import HTTP
import Platform
import RoostTesting
import Testing

/// Hooks of the sessions of one project, over a server in this process. Payloads are in the form that Claude Code sends.
struct ContextHooks: Sendable {
    let server: TestServer
    let home: String
    let folder: String
    var options = HookOptions()
    var isMemoryThere = true
    var now = Timestamp.now
    /// Requests since the last look.
    let requests = RequestList()

    func start(
        _ source: String = "startup", session: String = "11111111-2222-4333-8444-555555555555", _ more: JSONObject = [:]
    )
        async -> HookOutput
    {
        var payload = payload("SessionStart", session)
        payload["source"] = .string(source)
        for member in more.members { payload[member.name] = member.value }
        return await run(.sessionStart, payload)
    }

    func prompt(_ text: String, session: String = "11111111-2222-4333-8444-555555555555") async -> HookOutput {
        var payload = payload("UserPromptSubmit", session)
        payload["prompt_id"] = "fc6350ae-bd78-4c1c-8730-54f8107fadbb"
        payload["permission_mode"] = "default"
        payload["prompt"] = .string(text)
        return await run(.userPromptSubmit, payload)
    }

    func tool(_ name: String, _ input: JSONObject) async -> HookOutput {
        var payload = payload("PreToolUse", "11111111-2222-4333-8444-555555555555")
        payload["permission_mode"] = "default"
        payload["effort"] = ["level": "medium"]
        payload["tool_name"] = .string(name)
        payload["tool_input"] = .object(input)
        payload["tool_use_id"] = "toolu_00b052be3b8144fd8f5bcc71"
        return await run(.preToolUse, payload)
    }

    private func payload(_ event: String, _ session: String) -> JSONObject {
        [
            "session_id": .string(session), "transcript_path": .string("\(home)/\(session).jsonl"),
            "cwd": .string(folder), "hook_event_name": .string(event),
        ]
    }

    /// Each event is a process of its own, which knows nothing but the session's file.
    private func run(_ event: HookEvent, _ payload: JSONObject) async -> HookOutput {
        let surroundings = HookSurroundings(
            home: home, folder: folder, memory: session, isMemoryThere: isMemoryThere, options: options, now: now)
        return await HookRun(event, HookInput(payload), in: surroundings).output()
    }

    var session: ToolSession {
        let transport = ClientTransport(place: "the test server") { [requests, server] request in
            requests.add("\(request.method.rawValue) \(request.rawPath)")
            return await server.server.respond(to: request)
        }
        return ToolSession(scope: ToolSession.Scope(folder: folder), client: RoostClient(transport: transport))
    }

    // MARK: What is there

    /// Makes the project's memory by storing a note.
    @discardableResult
    func note(
        _ text: String, type: String = "learning", trust: Provenance.Trust = .assistant, session: String? = nil,
        at time: String? = nil
    ) async throws -> String {
        var note = MemoryNote(
            text, type: type, from: Provenance(source: "claude-code", trust: trust, session: session))
        note.createdAt = time
        return try await self.session.store(note)["id"]?.string ?? ""
    }

    func setBlock(_ label: String, _ value: String) async throws {
        let agent = try await server.get("/v1/agents/?name=memory-demo").ids.first ?? ""
        let reply = try await server.patch(
            "/v1/agents/\(agent)/core-memory/blocks/\(label)", ["value": .string(value)])
        #expect(reply.status == 200, "\(reply.text)")
    }

    var sessionFiles: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: home + "/sessions").filter { $0.hasSuffix(".json") })
            ?? []
    }
}

/// Requests as they came.
final class RequestList: Sendable {
    private let list = Lock<[String]>([])

    var all: [String] { list.withLock { $0 } }
    func add(_ request: String) { list.withLock { $0.append(request) } }
    func forget() { list.withLock { $0 = [] } }
}

/// Runs a test with a project `demo` that has no memory yet.
func withContextHooks(_ body: (ContextHooks) async throws -> Void) async throws {
    try await withFolder { folder in
        try FileManager.default.createDirectory(atPath: folder + "/demo", withIntermediateDirectories: true)
        try await withServer { server in
            try await body(ContextHooks(server: server, home: folder + "/home", folder: folder + "/demo"))
        }
    }
}

extension HookOutput {
    /// The context; empty when there is none.
    var told: String { context ?? "" }
}
