package import Platform

/// The web, as agents see it. Every address is checked before anything is sent to it.
package protocol WebAccess: Sendable {
    /// - Throws: `WebError`, `CancellationError`.
    func search(_ query: WebQuery) async throws -> [WebMatch]

    /// The main text of a page.
    /// - Throws: `WebError`, `CancellationError`.
    func page(at address: String) async throws -> WebPage
}

package struct WebQuery: Sendable, Equatable {
    package var text: String
    package var limit = 10
    package var category: String?
    package var includesText = false
    package var includedDomains: [String] = []
    package var excludedDomains: [String] = []
    /// Dates as `2026-11-22`, both inclusive.
    package var publishedAfter: String?
    package var publishedBefore: String?
    /// Two letters, ISO 3166.
    package var country: String?

    package init(_ text: String) { self.text = text }
}

package struct WebMatch: Sendable, Equatable {
    package let url: String
    package let title: String
    package var snippet: String?
    package var published: String?
    package var text: String?

    package init(url: String, title: String) {
        self.url = url
        self.title = title
    }
}

package struct WebPage: Sendable, Equatable {
    /// Where it was after redirects.
    package let url: String
    package let title: String?
    package let text: String

    package init(url: String, title: String?, text: String) {
        self.url = url
        self.title = title
        self.text = text
    }
}

package struct WebError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        /// No backend is set up.
        case notConfigured
        /// The address leads where agents may not go.
        case forbidden
        case unreachable
        case timedOut
        case tooLarge
        /// A status that is no success, or content that has no text.
        case refused
    }

    package let code: Code
    /// What happened and what to do; never a key.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// For a process that does not go out.
package struct NoWeb: WebAccess {
    private static let error = WebError(.notConfigured, "This process does not call the web. Start 'roost serve'.")

    package init() {}

    package func search(_ query: WebQuery) async throws -> [WebMatch] { throw Self.error }

    package func page(at address: String) async throws -> WebPage { throw Self.error }
}
