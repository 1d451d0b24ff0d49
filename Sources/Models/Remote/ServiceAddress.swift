/// Where a service of models is reached.
struct ServiceAddress: Sendable, Equatable {
    /// Without a slash at its end.
    let text: String

    /// Nil for what is no address of an HTTP server.
    init?(_ text: String) {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        let lowercased = text.lowercased()
        guard lowercased.hasPrefix("http://") || lowercased.hasPrefix("https://"),
            let scheme = text.firstRange(of: "://"), scheme.upperBound < text.endIndex,
            !text.contains("?"), !text.contains("#"), text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { return nil }
        self.text = text
    }

    private var rest: Substring { text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...] }

    /// The address with the path that the interface lives under: a server named by host and port alone means its own.
    /// - Parameter path: `/v1`.
    func root(orElse path: String) -> String { rest.contains("/") ? text : text + path }

    /// Host and port, without a name and a password.
    var shownHost: String {
        let authority = rest.prefix { $0 != "/" }
        return String(authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority)
    }
}
