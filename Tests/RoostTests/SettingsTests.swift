import Client
import Domain
import Foundation
import Models
import Platform
import Testing

@testable import roost

@Suite struct SettingsTests {
    private func settings(
        _ environment: [String: String] = [:], flags: [String: [String]] = [:], file: [String: String] = [:],
        configuration: [(String, String)] = []
    ) throws -> Settings {
        let values = try SettingValues(
            flags: flags, environment: environment, environmentFile: file, configuration: configuration)
        return try Settings(values, userHome: "/home/ada")
    }

    private func failure(_ environment: [String: String]) -> String {
        do {
            _ = try settings(environment)
            return ""
        } catch { return (error as? Failure)?.message ?? "\(error)" }
    }

    @Test func `programs of MCP are started for those who are at this machine or have a password`() throws {
        let open = ["ROOST_HOST": "0.0.0.0"]
        #expect(try settings().startsToolServers)
        #expect(try !settings(open).startsToolServers)
        #expect(try settings(open.merging(["ROOST_PASSWORD": "p"]) { $1 }).startsToolServers)
        #expect(try settings(open.merging(["ROOST_SECURE": "true"]) { $1 }).startsToolServers)
        #expect(try settings(open.merging(["ROOST_MCP_STDIO": "allowed"]) { $1 }).startsToolServers)
        #expect(try !settings(["ROOST_MCP_STDIO": "refused"]).startsToolServers)
        #expect(try settings(["ROOST_MCP_TIMEOUT": "0"]).mcpTimeout == 1)
        #expect(failure(["ROOST_MCP_STDIO": "sometimes"]).contains("mcp-stdio"))
    }

    @Test func `the local model is looked for at home, beside the installed program, in the build`() throws {
        #expect(
            LocalModelSettings.places(home: "/h", executable: "/w/.build/x86_64-unknown-linux-gnu/release/roost") == [
                "/h/models/all-MiniLM-L6-v2",
                "/w/.build/x86_64-unknown-linux-gnu/share/roost/models/all-MiniLM-L6-v2",
                "/w/.build/x86_64-unknown-linux-gnu/models/all-MiniLM-L6-v2", "/w/.build/models/all-MiniLM-L6-v2",
            ])
        #expect(
            LocalModelSettings.places(home: "/h", executable: "/usr/local/bin/roost").contains(
                "/usr/local/share/roost/models/all-MiniLM-L6-v2"))
        #expect(LocalModelSettings.places(home: "/h", executable: "/roost").count == 4)
        #expect(try settings().localModel.localModel(home: "/h", executable: "/usr/bin/roost") == nil)
    }

    @Test func `a model of the user's own is taken as it is named, none is none`() throws {
        let named = try settings(
            [
                "ROOST_EMBEDDING_MODEL": "~/e5-small", "ROOST_EMBEDDING_PRECISION": "fp32",
                "ROOST_EMBEDDING_QUERY_PREFIX": "none",
            ])
        let model = try #require(named.localModel.localModel(home: named.home))
        #expect(model.folder == "/home/ada/e5-small")
        #expect(model.cache == "/home/ada/.roost/models")
        #expect(model.precision == .fp32)
        #expect(model.queryPrefix == "" && model.passagePrefix == nil)
        #expect(try settings(["ROOST_EMBEDDING_MODEL": "none"]).localModel.localModel(home: "/h") == nil)
        #expect(failure(["ROOST_EMBEDDING_PRECISION": "int8"]).contains("auto, bf16, fp32"))
    }

    @Test func `how long and how often providers are asked reaches those who ask`() throws {
        let usual = Assembly.chatModels(try settings())
        #expect(usual.options == RemoteChat.Options() && usual.concurrency == 64)
        let chosen = Assembly.chatModels(
            try settings([
                "ROOST_MODEL_CONNECT_TIMEOUT": "3", "ROOST_MODEL_FIRST_BYTE_TIMEOUT": "600",
                "ROOST_MODEL_IDLE_TIMEOUT": "0",
                "ROOST_MODEL_TIMEOUT": "900.5", "ROOST_MODEL_ATTEMPTS": "1", "ROOST_MODEL_REQUESTS": "2",
            ]))
        #expect(chosen.options.connectTimeout == 3 && chosen.options.firstByteTimeout == 600)
        #expect(chosen.options.idleTimeout == nil && chosen.options.timeout == 900.5)
        #expect(chosen.options.attempts == 1 && chosen.concurrency == 2)
        #expect(failure(["ROOST_MODEL_FIRST_BYTE_TIMEOUT": "soon"]).contains("ROOST_MODEL_FIRST_BYTE_TIMEOUT"))
        #expect(failure(["ROOST_MODEL_REQUESTS": "0"]).contains("from 1 to 100000"))
    }

    @Test func `the defaults are safe`() throws {
        let settings = try settings()
        #expect(settings.home == "/home/ada/.roost")
        #expect(settings.database == "/home/ada/.roost/roost.db")
        #expect(settings.hosts == ["localhost"])
        #expect(settings.port == 8283)
        #expect(settings.password == nil)
        #expect(settings.corsOrigins.isEmpty)
        #expect(settings.survivesPowerFailure)
        #expect(settings.maximumBodyBytes == 50 << 20)
        #expect(settings.baseURL == nil)
    }

    @Test func `flags win over ROOST variables, those over LETTA ones, then the files`() throws {
        let all = ["ROOST_LOG_LEVEL": "warning", "LETTA_LOG_LEVEL": "error"]
        #expect(try settings(all, flags: ["log-level": ["debug"]]).logLevel == .debug)
        #expect(try settings(all).logLevel == .warning)
        #expect(try settings(["LETTA_LOG_LEVEL": "error"], file: ["ROOST_LOG_LEVEL": "debug"]).logLevel == .error)
        #expect(try settings(file: all, configuration: [("log-level", "debug")]).logLevel == .warning)
        #expect(try settings(configuration: [("log-level", "debug")]).logLevel == .debug)
    }

    @Test func `the names of Letta's environment are understood`() throws {
        let settings = try settings([
            "PORT": "9000", "LETTA_SERVER_PASSWORD": "secret", "SECURE": "true", "DEFAULT_LLM_MODEL": "openai/gpt-4.1",
            "DEFAULT_EMBEDDING_MODEL": "openai/text-embedding-3-small", "MAX_CORE_MEMORY_SIZE": "20000",
            "MAX_ARCHIVAL_RESULTS": "20", "LETTA_DEBUG": "true", "LETTA_BASE_URL": "http://localhost:8283/v1",
            "LETTA_PASSWORD": "other", "LETTA_AGENT_ID": "agent-1", "LETTA_PROJECT": "web",
        ])
        #expect(settings.port == 9000)
        #expect(settings.password == "secret")
        #expect(settings.isSecure)
        #expect(settings.defaultModel == "openai/gpt-4.1")
        #expect(settings.defaultEmbedding == "openai/text-embedding-3-small")
        #expect(settings.blockLimit == 20000)
        #expect(settings.searchResults == 20)
        #expect(settings.logLevel == .debug)
        #expect(settings.baseURL == "http://localhost:8283/v1")
        #expect(settings.clientPassword == "other")
        #expect(settings.agent == "agent-1")
        #expect(settings.project == "web")
    }

    @Test(arguments: ["LETTA_PASSWORD", "LETTA_SERVER_PASSWORD", "LETTA_API_KEY", "ROOST_PASSWORD"])
    func `commands take the password from any of its names`(_ name: String) throws {
        #expect(try settings([name: "secret"]).clientPassword == "secret")
    }

    @Test func `an unexpanded variable counts as unset, its default as the value`() throws {
        #expect(try settings(["LETTA_SERVER_PASSWORD": "${LETTA_SERVER_PASSWORD}"]).password == nil)
        #expect(try settings(["LETTA_SERVER_PASSWORD": "${X:-secret}"]).password == "secret")
        #expect(try settings(["LETTA_SERVER_PASSWORD": "${X:-}"]).password == nil)
        #expect(try settings(["LETTA_SERVER_PASSWORD": "a${X}"]).password == "a${X}")
        #expect(try settings(["ROOST_PORT": "${P}", "PORT": "9001"]).port == 9001)
        #expect(try settings(["ROOST_PORT": ""]).port == 8283)
    }

    @Test func `an address that Kubernetes puts into ROOST_PORT is not the port`() throws {
        let settings = try settings(["ROOST_PORT": "tcp://10.0.0.1:8283"])
        #expect(settings.port == 8283)
        #expect(settings.values.notes.contains { $0.contains("Kubernetes") })
    }

    @Test func `variables without effect are accepted with one line each`() throws {
        let settings = try settings(["LETTA_UVICORN_WORKERS": "5", "NODE_ENV": "production", "LETTA_CODE_TELEM": ""])
        #expect(settings.values.notes.count == 2)
        #expect(settings.values.notes.allSatisfy { $0.contains("has no effect") })
    }

    @Test func `a wrong value is refused by the name it was given under`() {
        #expect(failure(["PORT": "http"]).contains("PORT is 'http'"))
        #expect(failure(["ROOST_PORT": "70000"]).contains("from 0 to 65535"))
        #expect(failure(["ROOST_MAX_BODY": "50 bananas"]).contains("50MB"))
        #expect(failure(["SECURE": "perhaps"]).contains("true or false"))
        #expect(failure(["LETTA_LOG_LEVEL": "loud"]).contains("debug, info, warning, error"))
        #expect(failure(["DEFAULT_LLM_MODEL": "gpt"]).contains("provider/model"))
        #expect(failure(["LETTA_DEFAULT_LLM_HANDLE": "gpt"]).contains("provider/model"))
        #expect(failure(["LETTA_DEFAULT_EMBEDDING_HANDLE": "e"]).contains("provider/model"))
        #expect(failure(["ROOST_TLS_CERT": "/a"]).contains("tls-key"))
    }

    @Test(arguments: [("50MB", 50 << 20), ("1 gb", 1 << 30), ("64k", 64 << 10), ("4096", 4096)])
    func `sizes are read with their units`(_ text: String, _ bytes: Int) throws {
        #expect(try settings(["ROOST_MAX_BODY": text]).maximumBodyBytes == bytes)
    }

    @Test func `lists take commas and repeated flags`() throws {
        #expect(try settings(["ROOST_CORS_ORIGINS": "https://a, https://b"]).corsOrigins == ["https://a", "https://b"])
        #expect(try settings(flags: ["host": ["127.0.0.1", "::1"]]).hosts == ["127.0.0.1", "::1"])
    }

    @Test func `a PostgreSQL address is refused instead of keeping the data elsewhere`() throws {
        func refusal(_ environment: [String: String]) throws -> String {
            do {
                try settings(environment).requireLocalFile()
                return ""
            } catch let failure as Failure { return failure.message }
        }
        #expect(try refusal(["LETTA_PG_URI": "postgresql://letta:x@db/letta"]).contains("LETTA_PG_URI"))
        #expect(try refusal(["LETTA_PG_URI": "postgresql://letta:$(PW)@db/letta"]).contains("$(PW)"))
        #expect(try !refusal(["LETTA_PG_URI": "postgresql://letta:secret@db/letta"]).contains("secret"))
        #expect(try refusal(["LETTA_PG_HOST": "db"]).contains("LETTA_PG_HOST"))
        #expect(try refusal(["LETTA_PG_USER": "letta"]).isEmpty)
    }

    @Test func `an unknown key of the configuration file is refused with the near one`() {
        #expect(
            throws: Failure(
                "The configuration file has an unknown setting 'prot'. Did you mean 'port'? See docs/configuration.md.")
        ) {
            _ = try SettingValues(configuration: [("prot", "1")])
        }
    }

    @Test func `files of names and values are read with comments, quotes and export`() throws {
        let pairs = try KeyValueFile.parse(
            "# a\r\nA=1\r\nexport B = 'x y' \nC=\"p#q\"  # why\nD=se#cret\nE=v # note\n\nF=\n", path: ".env")
        #expect(pairs.map(\.0) == ["A", "B", "C", "D", "E", "F"])
        #expect(pairs.map(\.1) == ["1", "x y", "p#q", "se#cret", "v", ""])
        #expect(throws: Failure(".env, line 2: not of the form NAME=VALUE.")) {
            _ = try KeyValueFile.parse("A=1\nnonsense\n", path: ".env")
        }
    }

    @Test func `the printed configuration masks secrets and reads back as it was`() throws {
        let before = try settings([
            "ROOST_PORT": "9000", "ROOST_CORS_ORIGINS": "https://a,https://b", "ROOST_PASSWORD": "hunter2",
        ])
        let text = before.configurationText(sections: Setting.Section.allCases)
        #expect(!text.contains("hunter2"))
        #expect(text.contains("from ROOST_PORT"))
        let after = try settings(configuration: KeyValueFile.parse(text, path: "printed"))
        #expect(after.port == 9000)
        #expect(after.corsOrigins == before.corsOrigins)
        #expect(after.database == before.database)
        #expect(after.password == nil)
    }

    @Test func `every setting has names of its own and prefers ROOST variables`() {
        let names = Setting.all.map(\.name)
        #expect(Set(names).count == names.count)
        for setting in Setting.all {
            #expect(setting.environment.first?.hasPrefix("ROOST_") == true, "\(setting.name)")
        }
    }

    @Test(arguments: [
        ("configuration", "configuration"), ("commands", "commands"), ("api", "api"), ("guides", "guides-to-roost"),
    ])
    func `the generated pages are up to date`(_ page: String, _ file: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let kept = try String(contentsOf: root.appending(path: "docs/\(file).md"), encoding: .utf8)
        let make = try #require(Generate.pages[page])
        let made = make()
        // Whole pages would hide what differs.
        let stale = Set(made.split(separator: "\n")).symmetricDifference(kept.split(separator: "\n"))
        let isCurrent = kept == made
        #expect(isCurrent, "run 'make docs': \(stale.sorted().prefix(5))")
    }
}

@Suite struct PasswordTests {
    private let home = "/tmp/roost-test-\(Identifier.uuid())"

    private func settings(_ environment: [String: String]) throws -> Settings {
        let values = try SettingValues(environment: environment.merging(["ROOST_HOME": home]) { old, _ in old })
        return try Settings(values, userHome: "/home/ada")
    }

    @Test(arguments: ["0.0.0.0", "::", "192.168.1.5", "example.org", "127.0.0.1.example.org", "localhost.example.org"])
    func `without a password no other machine is let in`(_ host: String) throws {
        #expect(throws: Failure.self) { _ = try ServerPassword(settings(["ROOST_HOST": "localhost,\(host)"])) }
        #expect(try ServerPassword(settings(["ROOST_HOST": host, "ROOST_PASSWORD": "x"])).value == "x")
    }

    @Test(arguments: ["localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"])
    func `loopback needs none`(_ host: String) throws {
        #expect(try ServerPassword(settings(["ROOST_HOST": host])).value == nil)
    }

    @Test func `the refusal says how to set one`() throws {
        do {
            _ = try ServerPassword(settings(["ROOST_HOST": "0.0.0.0"]))
            Issue.record("it was let through")
        } catch let failure as Failure {
            #expect(failure.message.contains("ROOST_PASSWORD"))
            #expect(failure.message.contains("--secure"))
        }
    }

    @Test func `a demanded password is generated once and kept for its owner alone`() throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        let first = try ServerPassword(settings(["SECURE": "true"]))
        #expect(first.isNew)
        #expect(first.value?.count == 32)
        let second = try ServerPassword(settings(["SECURE": "true"]))
        #expect(!second.isNew)
        #expect(second.value == first.value)
        #expect(FileText.mode(home + "/password").map { $0 & 0o777 } == 0o600)
        #expect(FileText.mode(home).map { $0 & 0o777 } == 0o700)
    }
}

@Suite struct ProviderSettingTests {
    private func providers(_ environment: [String: String]) throws -> [ConfiguredProvider] {
        try Settings(SettingValues(environment: environment), userHome: "/home/u").providers
    }

    @Test func `nothing set means no provider`() throws {
        #expect(try providers([:]).isEmpty)
        #expect(try providers(["OPENAI_API_KEY": "", "OLLAMA_BASE_URL": "${OLLAMA_BASE_URL}"]).isEmpty)
    }

    @Test func `a key or an address sets a provider up`() throws {
        let found = try providers([
            "OPENAI_API_KEY": "sk", "OPENAI_API_BASE": "http://proxy/v1", "GOOGLE_API_KEY": "g",
            "OLLAMA_BASE_URL": "http://127.0.0.1:11434",
        ])
        #expect(
            found == [
                ConfiguredProvider(name: "openai", baseURL: "http://proxy/v1", key: Secret("sk")),
                ConfiguredProvider(name: "google_ai", key: Secret("g")),
                ConfiguredProvider(name: "ollama", baseURL: "http://127.0.0.1:11434"),
            ])
    }

    @Test func `Azure has a version, and servers of one's own may want a key`() throws {
        let found = try providers([
            "AZURE_API_KEY": "a", "AZURE_BASE_URL": "https://x.openai.azure.com", "AZURE_API_VERSION": "2024-10-21",
            "TEI_BASE_URL": "http://tei", "VLLM_API_BASE": "http://vllm", "VLLM_API_KEY": "v",
        ])
        #expect(
            found == [
                ConfiguredProvider(
                    name: "azure", baseURL: "https://x.openai.azure.com", key: Secret("a"), apiVersion: "2024-10-21"),
                ConfiguredProvider(name: "vllm", baseURL: "http://vllm", key: Secret("v")),
                ConfiguredProvider(name: "tei", baseURL: "http://tei"),
            ])
    }

    @Test func `what the operator says about the embedding model is read`() throws {
        let values = try SettingValues(environment: [
            "ROOST_EMBEDDING_DIMENSIONS": "512", "ROOST_EMBEDDING_TOKENS": "1000", "ROOST_EMBEDDING_BATCH": "10",
            "ROOST_EMBEDDING_QUERY_PREFIX": "query: ", "ROOST_EMBEDDING_TIMEOUT": "5",
        ])
        var options = RemoteEmbedding.Options()
        options.dimensions = 512
        options.longestText = 1000
        options.textsPerRequest = 10
        options.queryPrefix = "query: "
        options.timeout = 5
        #expect(try Settings(values, userHome: "/home/u").embedding == options)
        let wrong = try SettingValues(environment: ["ROOST_EMBEDDING_DIMENSIONS": "many"])
        #expect(throws: Failure.self) { _ = try Settings(wrong, userHome: "/home/u") }
    }

    @Test func `what the user says about hooks is read, and a rule that is none is refused`() throws {
        let values = try SettingValues(environment: [
            "ROOST_HOOK_BUDGET": "4000", "ROOST_HOOK_PROMPT_BUDGET": "900", "ROOST_HOOK_RELEVANCE": "55",
            "ROOST_HOOK_GUARD": "Bash(echo a,b), Edit(*.env)",
        ])
        let hooks = try Settings(values, userHome: "/home/u").hooks
        #expect(hooks.startBudget == 4000 && hooks.promptBudget == 900 && hooks.relevance == 0.55)
        #expect(hooks.guardRules.map(\.description) == ["Bash(echo a,b)", "Edit(*.env)"])
        #expect(try Settings(SettingValues(), userHome: "/home/u").hooks.guardRules == [])
        let wrong = try SettingValues(environment: ["ROOST_HOOK_GUARD": "Bash(sudo"])
        let failure = #expect(throws: Failure.self) { _ = try Settings(wrong, userHome: "/home/u") }
        #expect(failure?.message.contains("ROOST_HOOK_GUARD is 'Bash(sudo'") == true)
    }

    @Test func `keys are secret and the names of settings are their own`() {
        let openKeys = Setting.models.filter { $0.name.hasSuffix("-key") && !$0.isSecret }
        #expect(openKeys.isEmpty)
        #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
    }
}
