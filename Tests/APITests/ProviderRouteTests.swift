import Domain
import Engine
import HTTP
import Platform
import RoostTesting
import Storage
import Testing

@Suite struct ProviderRouteTests {
    private let services = ScriptedProviders()
    private static let key = "sk-test-7f3a9c"

    private func body(_ name: String = "work", _ more: JSONObject = [:]) -> JSONValue {
        var body: JSONObject = ["name": .string(name), "provider_type": "openai", "api_key": .string(Self.key)]
        for member in more.members { body[member.name] = member.value }
        return .object(body)
    }

    private func withProviders(
        settings change: (inout EngineSettings) -> Void = { _ in }, _ test: (TestServer) async throws -> Void
    ) async throws {
        services.offer("openai", [OfferedModel(name: "gpt-5", kind: .chat, contextWindow: 400_000)])
        try await withServer(chatModels: services, settings: change, test)
    }

    @Test func `a provider is stored, and its key shown nowhere`() async throws {
        try await withProviders { server in
            let made = try await server.post("/v1/providers/", body())
            #expect(made.status == 200)
            #expect(made["name"] == "work" && made["provider_type"] == "openai" && made["provider_category"] == "byok")
            #expect(made["api_key"] == .null && made["api_key_enc"] == .null && made["has_api_key"] == true)
            #expect(made["last_synced"] != .null && made["sync_error"] == .null)
            let shown = try await server.get("/v1/providers/\(made.id)")
            #expect(shown.json == made.json)
            let list = try await server.get("/v1/providers/")
            #expect(list.ids == [made.id])
            for reply in [made, shown, list] { #expect(!reply.text.contains(Self.key)) }
            // What was asked with is what was given.
            #expect(services.asked.map { $0.key } == [Secret(Self.key)])
            for name in FileText.names(in: String(server.databasePath.dropLast("/roost.db".count)))
            where name.hasPrefix("roost.db") && !name.hasSuffix("vectors") {
                let bytes = try FileText.read(String(server.databasePath.dropLast("roost.db".count)) + name)
                #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.key), "the key stands in \(name)")
            }
        }
    }

    @Test func `a key that is not accepted is not stored`() async throws {
        try await withProviders { server in
            services.fail("openai", ChatError(.authentication, "openai does not accept the key."))
            let reply = try await server.post("/v1/providers/", body())
            #expect(reply.status == 401)
            #expect(reply.detail.contains("does not accept the key"))
            #expect(try await server.get("/v1/providers/").text == "[]")
        }
    }

    @Test(arguments: [ChatError.Code.unavailable, .timedOut, .rateLimited, .notConfigured])
    func `a service that cannot be reached is stored, and says so`(_ code: ChatError.Code) async throws {
        try await withProviders { server in
            services.fail("openai", ChatError(code, "openai does not answer."))
            let made = try await server.post("/v1/providers/", body())
            #expect(made.status == 200)
            #expect(made["sync_error"] == "openai does not answer." && made["last_synced"] == .null)
            services.offer("openai", [])
            let refreshed = try await server.patch("/v1/providers/\(made.id)/refresh")
            #expect(refreshed["sync_error"] == .null && refreshed["last_synced"] != .null)
        }
    }

    @Test func `a name is taken once`() async throws {
        try await withProviders { server in
            _ = try await server.post("/v1/providers/", body())
            let again = try await server.post("/v1/providers/", body())
            #expect(again.status == 409)
            #expect(again.detail.contains("'work'"))
            #expect(services.asked.count == 1)
        }
    }

    @Test(arguments: ["", "a/b", "a b", "letta", "roost"]) func `a name has to do for handles`(_ name: String)
        async throws
    {
        try await withProviders { server in
            let reply = try await server.post("/v1/providers/", body(name))
            #expect(reply.status == 400)
            #expect(services.asked.isEmpty)
        }
    }

    @Test func `what cannot be a provider is refused by name`() async throws {
        try await withProviders { server in
            for type in ["bedrock", "google_vertex"] {
                let reply = try await server.post("/v1/providers/", body("x", ["provider_type": .string(type)]))
                #expect(reply.status == 400)
                #expect(reply.detail.contains(type) && reply.detail.contains("gateway"))
            }
            let local = try await server.post("/v1/providers/", body("x", ["provider_type": "ollama", "api_key": ""]))
            #expect(local.status == 400 && local.detail.contains("base_url"))
            for url in ["ftp://x", "example.org", "http://", "http://me:pw@example.org/v1"] {
                #expect(try await server.post("/v1/providers/", body("x", ["base_url": .string(url)])).status == 400)
            }
            #expect(try await server.post("/v1/providers/", body("x", ["provider_type": "nobody"])).status == 422)
            #expect(try await server.post("/v1/providers/", ["name": "x"]).status == 422)
        }
    }

    @Test func `a service without a key is stored without one`() async throws {
        try await withProviders { server in
            services.offer("lmstudio", [OfferedModel(name: "qwen", kind: .chat)])
            let made = try await server.post(
                "/v1/providers/",
                ["name": "lab", "provider_type": "lmstudio_openai", "api_key": "", "base_url": "http://lab:1234/v1"])
            #expect(made.status == 200 && made["has_api_key"] == false)
            #expect(services.asked.first?.baseURL == "http://lab:1234/v1" && services.asked.first?.key == nil)
            let model = try #require(try await server.get("/v1/models/?provider_name=lab").array.first)
            #expect(model["handle"] == "lab/qwen" && model["provider_type"] == "lmstudio_openai")
            #expect(model["model_endpoint_type"] == "lmstudio")
        }
    }

    @Test func `a change is tried first, and a new address needs the key`() async throws {
        try await withProviders { server in
            let id = try await server.post("/v1/providers/", body("work", ["base_url": "https://a.example/v1"])).id
            let elsewhere = try await server.patch("/v1/providers/\(id)", ["base_url": "https://b.example/v1"])
            #expect(elsewhere.status == 400 && elsewhere.detail.contains("api_key"))
            #expect(services.asked.count == 1)
            let changed = try await server.patch(
                "/v1/providers/\(id)", ["base_url": "https://b.example/v1", "api_key": "sk-second"])
            #expect(changed.status == 200 && changed["base_url"] == "https://b.example/v1")
            #expect(services.asked.last?.key == Secret("sk-second"))
            services.fail("openai", ChatError(.authentication, "no"))
            #expect(try await server.patch("/v1/providers/\(id)", ["api_key": "sk-bad"]).status == 401)
            services.offer("openai", [])
            // The second key is still there.
            #expect(try await server.post("/v1/providers/\(id)/check").status == 200)
            #expect(services.asked.last?.key == Secret("sk-second"))
            #expect(services.asked.last?.baseURL == "https://b.example/v1")
        }
    }

    @Test func `providers are checked, stored or not`() async throws {
        try await withProviders { server in
            let check: JSONValue = ["provider_type": "openai", "api_key": .string(Self.key)]
            let good = try await server.post("/v1/providers/check", check)
            #expect(good.status == 200 && good["message"] == "Valid api key for provider_type=openai")
            #expect(try await server.get("/v1/providers/").text == "[]")
            let id = try await server.post("/v1/providers/", body()).id
            services.fail("openai", ChatError(.authentication, "openai does not accept the key."))
            for reply in [
                try await server.post("/v1/providers/check", check), try await server.post("/v1/providers/\(id)/check"),
                try await server.patch("/v1/providers/\(id)/refresh"),
            ] {
                #expect(reply.status == 401 && reply.detail.contains("does not accept"))
            }
            services.fail("openai", ChatError(.unavailable, "openai does not answer."))
            #expect(try await server.post("/v1/providers/\(id)/check").status == 503)
            #expect(try await server.patch("/v1/providers/\(id)/refresh").status == 503)
            #expect(try await server.get("/v1/providers/\(id)")["sync_error"] == "openai does not answer.")
        }
    }

    @Test func `lists have pages and filters`() async throws {
        try await withProviders { server in
            for name in ["a", "b", "c"] { _ = try await server.post("/v1/providers/", body(name)) }
            services.offer("groq", [])
            _ = try await server.post("/v1/providers/", body("d", ["provider_type": "groq"]))
            let all = try await server.get("/v1/providers/")
            #expect(all.array.compactMap { $0["name"]?.string } == ["d", "c", "b", "a"])
            #expect(try await server.get("/v1/providers/?limit=2").ids == Array(all.ids.prefix(2)))
            #expect(try await server.get("/v1/providers/?limit=2&after=\(all.ids[1])").ids == Array(all.ids.suffix(2)))
            #expect(try await server.get("/v1/providers/?name=b").ids == [all.ids[2]])
            #expect(try await server.get("/v1/providers/?provider_type=groq").ids == [all.ids[0]])
            #expect(try await server.get("/v1/providers/?order=asc").ids == all.ids.reversed())
            #expect(try await server.get("/v1/providers/?after=\(Identifier.new(.provider))").status == 404)
        }
    }

    @Test func `a deleted provider is gone`() async throws {
        try await withProviders { server in
            let id = try await server.post("/v1/providers/", body()).id
            let deleted = try await server.delete("/v1/providers/\(id)")
            #expect(deleted["message"] == "Provider id=\(id) successfully deleted")
            for reply in [
                try await server.get("/v1/providers/\(id)"), try await server.delete("/v1/providers/\(id)"),
                try await server.patch("/v1/providers/\(id)", ["api_key": "x"]),
                try await server.post("/v1/providers/\(id)/check"),
            ] {
                #expect(reply.status == 404)
            }
            #expect(try await server.get("/v1/providers/provider-1").status == 422)
            // Its name is free again.
            #expect(try await server.post("/v1/providers/", body()).status == 200)
        }
    }

    @Test func `models of stored providers are listed under their names`() async throws {
        try await withProviders {
            $0.providers = [ConfiguredProvider(name: "openai", key: Secret("sk-operator"))]
        } _: { server async throws in
            _ = try await server.post("/v1/providers/", body())
            let models = try await server.get("/v1/models/")
            let handles = models.array.compactMap { $0["handle"]?.string }
            #expect(handles == ["openai/gpt-4o-mini", "openai/gpt-5", "work/gpt-5"])
            let own = try #require(models.array.last)
            #expect(own["provider_name"] == "work" && own["provider_category"] == "byok")
            #expect(own["context_window"] == 400_000 && own["max_context_window"] == 400_000)
            #expect(own["provider_type"] == "openai" && own["model_endpoint_type"] == "openai")
            let byok = try await server.get("/v1/models/?provider_category=byok")
            #expect(byok.array.compactMap { $0["handle"]?.string } == ["work/gpt-5"])
            #expect(try await server.get("/v1/models/?provider_category=base&provider_category=byok").array.count == 3)
            // A stored one hides the operator's of its name.
            services.offer("openai", [OfferedModel(name: "mine", kind: .chat)])
            _ = try await server.post("/v1/providers/", body("openai"))
            let hidden = try await server.get("/v1/models/?provider_name=openai")
            #expect(hidden.array.compactMap { $0["handle"]?.string } == ["openai/gpt-4o-mini", "openai/mine"])
        }
    }
}
