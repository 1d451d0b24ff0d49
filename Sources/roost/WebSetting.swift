import Domain
import Platform
import Web

/// The settings of searching the web: a service is set up by its key, or, where it is a server of one's own, by its address.
struct WebSettings: Sendable {
    /// Of several that are set up; nil: the first.
    let choice: String?
    private let services: [Entry]

    private struct Entry {
        let name: String
        let backend: any SearchBackend
    }

    init(_ read: SettingReader) throws {
        choice = try read.choice("web-search").flatMap { $0 == "auto" ? nil : $0 }
        var services: [Entry] = []
        if let address = try read.serviceAddress("searxng-url") {
            services.append(Entry(name: "searxng", backend: SearXNG(address)))
        }
        if let key = read.text("brave-key").map(Secret.init) {
            services.append(
                Entry(name: "brave", backend: Brave(key: key, baseURL: try read.serviceAddress("brave-url"))))
        }
        if let key = read.text("tavily-key").map(Secret.init) {
            services.append(
                Entry(name: "tavily", backend: Tavily(key: key, baseURL: try read.serviceAddress("tavily-url"))))
        }
        if let key = read.text("exa-key").map(Secret.init) {
            services.append(Entry(name: "exa", backend: Exa(key: key, baseURL: try read.serviceAddress("exa-url"))))
        }
        self.services = services
        if let choice, !services.contains(where: { $0.name == choice }) {
            let setting = choice == "searxng" ? "searxng-url" : "\(choice)-key"
            throw Failure("web-search is \(choice), but \(setting) is not set: set it, or leave web-search out.")
        }
    }

    /// The service that is asked; nil when none is set up.
    var backend: (any SearchBackend)? {
        services.first { choice == nil || $0.name == choice }?.backend
    }
}

extension SettingReader {
    /// An address of HTTP without a slash at its end.
    fileprivate func serviceAddress(_ name: String) throws -> String? {
        guard var address = text(name) else { return nil }
        while address.hasSuffix("/") { address.removeLast() }
        if name == "searxng-url", address.hasSuffix("/search") { address = String(address.dropLast(7)) }
        let lowercased = address.lowercased()
        guard ["http://", "https://"].contains(where: { lowercased.hasPrefix($0) && address.count > $0.count }),
            !address.contains(where: { $0.isWhitespace || $0 == "?" || $0 == "#" })
        else {
            throw Failure(
                "\(values[name].source.shown) has to be an address such as http://localhost:8080, without a query.")
        }
        return address
    }
}

extension Setting {
    static let web: [Setting] = [
        Setting(
            .web, "web-search", ["ROOST_WEB_SEARCH"], .choice(["auto", "searxng", "brave", "tavily", "exa"]), "auto",
            "Which service the tool web_search asks; auto: the first of these that is set up"),
        Setting(
            .web, "searxng-url", ["ROOST_SEARXNG_URL", "SEARXNG_URL", "SEARXNG_BASE_URL"], .text, "",
            "The address of a SearXNG that gives JSON"),
        Setting(
            .web, "brave-key", ["ROOST_BRAVE_API_KEY", "BRAVE_API_KEY", "BRAVE_SEARCH_API_KEY"], .text, "",
            "The API key of Brave Search", secret: true),
        Setting(
            .web, "brave-url", ["ROOST_BRAVE_URL"], .text, "", "The address of Brave Search, when it is not its own"),
        Setting(
            .web, "tavily-key", ["ROOST_TAVILY_API_KEY", "TAVILY_API_KEY"], .text, "", "The API key of Tavily",
            secret: true),
        Setting(.web, "tavily-url", ["ROOST_TAVILY_URL"], .text, "", "The address of Tavily, when it is not its own"),
        Setting(
            .web, "exa-key", ["ROOST_EXA_API_KEY", "EXA_API_KEY"], .text, "", "The API key of Exa", secret: true),
        Setting(.web, "exa-url", ["ROOST_EXA_URL"], .text, "", "The address of Exa, when it is not its own"),
    ]
}
