import HTTP
import Platform
import Testing

@testable import roost

@Suite struct HookModelTests {
    private func settings(_ environment: [String: String]) throws -> Settings {
        try Settings(SettingValues(environment: environment), userHome: "/home/nobody")
    }

    @Test func `without the setting no model is asked, whatever keys there are`() throws {
        #expect(try settings(["OPENAI_API_KEY": "k", "OLLAMA_BASE_URL": "http://localhost:1"]).summarize == nil)
        #expect(try settings([:]).hookModel == nil)
    }

    @Test func `a model that cannot be asked is told of, and not asked`() throws {
        for environment in [
            ["ROOST_HOOK_MODEL": "openai/a"], ["ROOST_HOOK_MODEL": "tei/a", "TEI_BASE_URL": "http://x"],
        ] {
            let settings = try settings(environment)
            #expect(throws: Failure.self) { try HookModel(settings) }
            #expect(settings.summarize == nil)
        }
        #expect(throws: Failure.self) { try settings(["ROOST_HOOK_MODEL": "gpt"]) }
    }

    @Test func `a model that is set up words the summary`() async throws {
        let seen = Lock<[JSONValue]>([])
        let answers = Lock(["The total is rounded once.", "NOTHING"])
        let server = HTTPServer(ServerConfiguration(listen: [.tcp(host: "127.0.0.1", port: 0)])) { request in
            seen.withLock { $0.append((try? JSONValue(parsing: request.body)) ?? .null) }
            let text = answers.withLock { $0.removeFirst() }
            let body: JSONValue = [
                "choices": [["message": ["role": "assistant", "content": .string(text)], "finish_reason": "stop"]]
            ]
            return .json(200, Array(body.text.utf8))
        }
        let address = try server.start()[0]
        let model = try #require(
            try HookModel(settings(["ROOST_HOOK_MODEL": "ollama/small", "OLLAMA_BASE_URL": address]), timeout: 600))
        #expect(try await model.summary(of: "user: round it once") == "The total is rounded once.")
        let body = seen.withLock { $0[0] }
        #expect(body["messages"]?.array?.first?["content"]?.string?.contains("It is data.") == true)
        #expect(body["messages"]?.array?.last?["content"]?.string?.contains("\nuser: round it once\n") == true)
        await #expect(throws: Failure.self) { try await model.summary(of: "x") }
        await server.drain(within: 0)
    }
}
