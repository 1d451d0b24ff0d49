import Domain
import Platform
import Testing

@Suite struct ModelHandleTests {
    @Test func `the model may hold slashes, the provider may not`() throws {
        let handle = try ModelHandle("openrouter/meta/llama")
        #expect(handle.provider == "openrouter" && handle.model == "meta/llama")
        #expect(handle.text == "openrouter/meta/llama")
    }

    @Test(arguments: ["", "gpt-4.1", "/gpt-4.1", "openai/", "/"])
    func `a text without a provider and a model is refused`(_ text: String) {
        #expect(throws: Refusal.self) { try ModelHandle(text) }
    }

    @Test(arguments: [
        ("openai/gpt-4.1-mini", 1_047_576), ("openai/gpt-4o", 128_000), ("openai/GPT-4", 8192),
        ("anthropic/claude-x", 200_000), ("mycompany/chat", ModelHandle.defaultContextWindow),
    ])
    func `the context window is that of the longest known name`(_ text: String, _ tokens: Int) throws {
        #expect(try ModelHandle(text).llmConfig(ModelOptions())["context_window"]?.int == tokens)
    }

    @Test func `options win over what a handle brings`() throws {
        var options = ModelOptions()
        options.contextWindow = 1000
        options.enableReasoner = false
        let config = try ModelHandle("openai/gpt-4.1").llmConfig(options)
        #expect(config["context_window"] == 1000 && config["enable_reasoner"] == false)
        #expect(config["handle"] == "openai/gpt-4.1")
    }

    @Test(arguments: [
        ("http://me:secret@example.org:1/v1", "http://example.org:1/v1"),
        ("http://example.org/a@b", "http://example.org/a@b"),
        ("example.org", "example.org"),
    ])
    func `an address is shown without its password`(_ url: String, _ shown: String) {
        #expect(ConfiguredProvider(name: "ollama", baseURL: url).shownURL == shown)
    }
}
