import Domain
import Engine
import Platform
import RoostTesting
import Storage
import Testing

@Suite struct ModelChoiceTests {
    private let services = ScriptedProviders()

    private func store(_ server: TestServer, _ name: String, type: String = "openai", key: String = "sk-stored")
        async throws
    {
        services.offer("openai", [OfferedModel(name: "gpt", kind: .chat)])
        let reply = try await server.post(
            "/v1/providers/", ["name": .string(name), "provider_type": .string(type), "api_key": .string(key)])
        #expect(reply.status == 200)
    }

    /// What the model says: the key that it would be asked with.
    private func key(_ model: any ChatModel) async throws -> String {
        try await model.answer(ChatRequest(instructions: "", turns: [])).text
    }

    @Test func `a handle means the operator's provider, or a stored one under its name`() async throws {
        try await withServer(chatModels: services) {
            $0.providers = [ConfiguredProvider(name: "openai", key: Secret("sk-operator"))]
        } _: { server async throws in
            let handle = try ModelHandle("openai/gpt")
            let operators = try await server.engine.chatModel(for: handle, by: Caller())
            #expect(try await key(operators) == "sk-operator")
            try await store(server, "work")
            let stored = try await server.engine.chatModel(for: ModelHandle("work/org/gpt"), by: Caller())
            #expect(stored.handle.text == "work/org/gpt")
            #expect(try await key(stored) == "sk-stored")
            let payload = try stored.payload(of: ChatRequest(instructions: "", turns: []))
            #expect(payload == ["model": "org/gpt"])
            try await store(server, "openai", key: "sk-own")
            let own = try await server.engine.chatModel(for: handle, by: Caller())
            #expect(try await key(own) == "sk-own")
            let proxied = try await server.engine.chatModel(for: ModelHandle("openai-proxy/gpt"), by: Caller())
            #expect(proxied.handle.text == "openai-proxy/gpt")
        }
    }

    @Test(arguments: [nil, "gpt-4", "letta/letta-free", ""] as [String?])
    func `a handle of no provider's means the default`(_ name: String?) async throws {
        try await withServer(chatModels: services) {
            $0.defaultModel = "openai/gpt"
            $0.providers = [ConfiguredProvider(name: "openai", key: Secret("sk-operator"))]
        } _: { server async throws in
            let model = try await server.engine.chatModel(named: name, by: Caller())
            #expect(model.handle.text == "openai/gpt")
        }
    }

    @Test(arguments: [nil, "letta/letta-free"] as [String?])
    func `without a default it is said what to set`(_ standard: String?) async throws {
        try await withServer(chatModels: services) {
            $0.defaultModel = standard
        } _: { server async throws in
            let refusal = await #expect(throws: Refusal.self) {
                _ = try await server.engine.chatModel(named: "letta/letta-free", by: Caller())
            }
            #expect(refusal?.code == .invalid)
            #expect(refusal?.message.contains("DEFAULT_LLM_MODEL") == true)
            let other = await #expect(throws: Refusal.self) {
                _ = try await server.engine.chatModel(named: "nobody/gpt", by: Caller())
            }
            #expect(other?.message.contains("nobody") == true && other?.message.contains("roost provider add") == true)
        }
    }

    @Test func `a stored key that does not open refuses, and names the key file`() async throws {
        try await withServer(chatModels: services) { server in
            try await store(server, "work")
            let folder = server.databasePath.dropLast("/roost.db".count)
            try FileText.writePrivate(Array("".utf8), to: folder + "/encryption.key")
            // The process that stored it still has the key; the next one does not.
            let next = try TestServer(folder: String(folder), chatModels: services)
            let refusal = await #expect(throws: Refusal.self) {
                _ = try await next.engine.chatModel(named: "work/gpt", by: Caller())
            }
            await next.store.close()
            #expect(refusal?.code == .unavailable)
            #expect(refusal?.message.contains("encryption.key") == true)
        }
    }
}
