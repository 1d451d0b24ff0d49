import HTTP
import Platform
import Testing
import Web

@testable import roost

@Suite struct WebSettingsTests {
    private func settings(_ environment: [String: String] = [:], flags: [String: [String]] = [:]) throws -> Settings {
        try Settings(SettingValues(flags: flags, environment: environment), userHome: "/home/ada")
    }

    private func failure(_ environment: [String: String]) -> String {
        do {
            _ = try settings(environment)
            return ""
        } catch { return (error as? Failure)?.message ?? "\(error)" }
    }

    @Test func `the first service that is set up is asked, or the one that is chosen`() throws {
        #expect(try settings().web.backend == nil)
        #expect(try settings(["EXA_API_KEY": "k"]).web.backend?.title == "Exa")
        #expect(try settings(["EXA_API_KEY": "k", "ROOST_TAVILY_API_KEY": "k"]).web.backend?.title == "Tavily")
        let all = [
            "EXA_API_KEY": "k", "TAVILY_API_KEY": "k", "BRAVE_API_KEY": "k", "SEARXNG_URL": "http://searx:8080/search/",
        ]
        let backend = try #require(try settings(all).web.backend)
        #expect(backend.title == "SearXNG")
        #expect(backend.baseURL == "http://searx:8080")
        var chosen = all
        chosen["ROOST_WEB_SEARCH"] = "brave"
        #expect(try settings(chosen).web.backend?.baseURL == "https://api.search.brave.com")
        #expect(try settings(["EXA_API_KEY": "${EXA_API_KEY}"]).web.backend == nil)
    }

    @Test func `a choice or an address that cannot be is refused by name`() {
        #expect(failure(["ROOST_WEB_SEARCH": "brave"]).contains("brave-key is not set"))
        #expect(failure(["ROOST_WEB_SEARCH": "searxng"]).contains("searxng-url is not set"))
        #expect(failure(["ROOST_WEB_SEARCH": "altavista"]).contains("searxng, brave, tavily, exa"))
        #expect(failure(["SEARXNG_URL": "searx:8080"]).contains("SEARXNG_URL has to be an address"))
        #expect(failure(["SEARXNG_URL": "http://x/?q="]).contains("SEARXNG_URL"))
        #expect(failure(["ROOST_OUTGOING_HOSTS": "wiki.lan,http://x"]).contains("'http://x'"))
    }

    @Test func `hosts are allowed by the setting alone`() throws {
        let closed = try settings(["OLLAMA_BASE_URL": "http://localhost:11434"]).outgoing
        #expect(closed == .publicHosts)
        #expect(closed.refusal(of: "http://localhost:11434/")?.contains("outgoing-hosts") == true)
        let open = try settings(flags: ["outgoing-hosts": ["localhost:11434, 10.0.0.0/8"]]).outgoing
        #expect(open.refusal(of: "http://localhost:11434/") == nil)
        #expect(open.refusal(of: "http://localhost:80/") != nil)
        #expect(open.refusal(of: "http://10.1.2.3/") == nil)
        #expect(try settings().values["outgoing-hosts"].texts.isEmpty)
    }

    @Test func `keys have no flag and are masked`() {
        for name in ["brave-key", "tavily-key", "exa-key"] {
            #expect(Setting.all.first { $0.name == name }?.hasFlag == false)
        }
    }
}
