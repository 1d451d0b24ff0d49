import Domain
import HTTP
import Web

extension Assembly {
    /// The web as agents see it. Nothing is asked before an agent wants something.
    static func web(_ settings: Settings) -> any WebAccess {
        let client = HTTPClient()
        return RemoteWeb(
            pages: PageReader(addresses: settings.outgoing, client: client),
            search: settings.web.backend.map { WebSearch($0, addresses: settings.outgoing, client: client) })
    }
}
