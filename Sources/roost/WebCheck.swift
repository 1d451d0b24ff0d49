import Engine
import Platform
import Storage
import Web

/// What `roost doctor` says about searching the web: only when it is set up, or an agent has the tool. Nothing is asked.
struct WebCheck: Sendable {
    let settings: Settings

    func findings() async -> [Examination.Finding] {
        if let backend = settings.web.backend {
            return [
                Examination.Finding(check: "web search", state: .ok, message: "Agents search with \(backend.title).")
            ]
        }
        let agents: Int
        do { agents = try await agentsWithTool() } catch {
            return [
                Examination.Finding(
                    check: "web search", state: .warning,
                    message: "Which agents have the tool web_search cannot be read: \(error)")
            ]
        }
        guard agents > 0 else { return [] }
        return [
            Examination.Finding(
                check: "web search", state: .warning,
                message:
                    "\(agents) \(agents == 1 ? "agent has" : "agents have") the tool web_search, but no search service "
                    + "is set up.",
                advice:
                    "Set searxng-url (SEARXNG_URL), brave-key (BRAVE_API_KEY), tavily-key (TAVILY_API_KEY) or exa-key "
                    + "(EXA_API_KEY): docs/web.md.")
        ]
    }

    private func agentsWithTool() async throws -> Int {
        guard FileText.exists(settings.database) else { return 0 }
        let store = try Store.open(Assembly.storage(settings), log: .silent)
        let count: Result<Int, any Error>
        do { count = .success(try await store.read { try $0.tools.agentCount(ofBuiltIn: "web_search") }) } catch {
            count = .failure(error)
        }
        await store.close()
        return try count.get()
    }
}
