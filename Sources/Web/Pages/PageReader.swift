package import Domain
package import HTTP
import Platform

/// Fetches pages and takes the text out of them.
package struct PageReader: Sendable {
    package struct Limits: Sendable {
        /// Seconds for everything: redirects, and the whole page.
        package var seconds = 20.0
        package var connectSeconds = 8.0
        /// After it was unpacked.
        package var bytes = 5 << 20
        /// Of a page as text, in bytes.
        package var textBytes = 2 << 20
        /// Pages that are read at one time.
        package var concurrency = 2

        package init() {}
    }

    private let client: HTTPClient
    private let addresses: AddressPolicy
    private let limits: Limits
    /// Reading is work for a processor.
    private let slots: Slots

    package init(
        addresses: AddressPolicy, limits: Limits = Limits(), client: HTTPClient = HTTPClient()
    ) {
        self.addresses = addresses
        self.limits = limits
        self.client = client
        slots = Slots(limits.concurrency)
    }

    private static let accepted =
        "text/html, application/xhtml+xml, text/markdown, text/plain;q=0.9, application/json;q=0.9, application/xml;q=0.8, "
        + "*/*;q=0.5"
    /// Says who asks, and begins as browsers do: without it many sites answer nobody.
    private static let agent = "Mozilla/5.0 (compatible; Roost; reads pages for an agent)"

    /// - Throws: `WebError`, `CancellationError`.
    package func page(at address: String) async throws -> WebPage {
        let address = try Self.completed(address)
        let response = try await fetch(address)
        let type = ContentType(response.headers["content-type"], body: response.body)
        guard (200..<300).contains(response.status) else {
            throw Self.refused(response.status, response.headers, address)
        }
        guard !response.body.isEmpty else {
            throw WebError(.refused, "\(Self.host(address)) answered with an empty page.")
        }
        let text = try await slots.run {
            try await BlockingThread.run(name: "web-page") { () throws(WebError) in
                try Self.text(of: response.body, type, at: response.url)
            }
        }
        return WebPage(
            url: response.url, title: text.title, text: Self.cut(text.text, to: limits.textBytes))
    }

    /// An address without `https://` is meant to have it.
    private static func completed(_ address: String) throws -> String {
        let address = address.trimmed
        guard !address.isEmpty,
            !address.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x20 })
        else {
            throw WebError(
                .refused, "'\(address.prefix(100))' is no address. Give one such as https://example.org/page.")
        }
        guard let scheme = address.firstRange(of: "://") else { return "https://" + address }
        let name = address[..<scheme.lowerBound].lowercased()
        guard name == "http" || name == "https" else {
            throw WebError(.forbidden, "Only pages with http:// or https:// are read, not \(name.prefix(20))://.")
        }
        return address
    }

    private func fetch(_ address: String) async throws -> ClientResponse {
        var request = ClientRequest(.get, address)
        request.addresses = addresses
        request.followsRedirects = true
        request.acceptsCompressed = true
        request.timeout = limits.seconds
        request.connectTimeout = limits.connectSeconds
        request.maximumBodyBytes = limits.bytes
        request.headers.append("accept", Self.accepted)
        request.headers.append("accept-language", "en, *;q=0.5")
        request.headers.append("user-agent", Self.agent)
        do {
            return try await client.send(request)
        } catch let error as HTTPClientError {
            try Task.checkCancellation()
            throw WebError(error, of: address, limits)
        }
    }

    private static func text(of body: [UInt8], _ type: ContentType, at url: String) throws(WebError) -> PageText {
        switch type.kind {
        case .html:
            do {
                return try PageText.html(Charset.decode(body, named: type.charset, isMarkup: true), at: url)
            } catch let error as HTMLTree.Unreadable {
                throw WebError(.refused, "The page cannot be read here: \(error.text)")
            } catch {
                throw WebError(.refused, "The page cannot be read here.")
            }
        case .text:
            let isMarkup = type.name.hasSuffix("xml")
            let bytes = Charset.decode(body, named: type.charset, isMarkup: isMarkup)
            return PageText(title: nil, text: String(decoding: bytes, as: UTF8.self))
        case .other:
            let advice =
                type.name == "application/pdf"
                ? "Look for the same text as a web page." : "Only HTML and texts are read."
            throw WebError(.refused, "The page at \(host(url)) is \(type.shown), which is not read here. \(advice)")
        }
    }

    private static func refused(_ status: Int, _ headers: Headers, _ address: String) -> WebError {
        let host = host(address)
        let advice =
            switch status {
            case 300..<400: "It leads elsewhere, but does not say where."
            case 401, 402, 407: "It wants a login. Look for another page."
            case 403, 451: "It does not let this page be read. Look for another page."
            case 404, 410: "There is no such page. Check the address, or search for it."
            case 429:
                "It is asked too often." + (headers["retry-after"].map { " Try again after \($0.prefix(40))." } ?? "")
            case 500...: "It fails now. Try again later, or look for another page."
            default: "Look for another page."
            }
        return WebError(.refused, "\(host) answered with status \(status). \(advice)")
    }

    /// As it may be shown: without a name and a password.
    static func host(_ address: String) -> String {
        let rest = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return String(authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority)
    }

    private static func cut(_ text: String, to bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: bytes)
        while String.Index(end, within: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return text[..<end] + "\n\n(The page goes on; the rest was left out.)"
    }
}

extension WebError {
    fileprivate init(_ error: HTTPClientError, of address: String, _ limits: PageReader.Limits) {
        let host = PageReader.host(address)
        switch error.code {
        case .forbidden: self.init(.forbidden, "The page is not read: \(error.description).")
        case .invalidRequest:
            self.init(.refused, "\(host): \(error.description). Give an address such as https://example.org/page.")
        case .timedOut:
            self.init(
                .timedOut, "\(host) did not send the page within \(Int(limits.seconds)) seconds. Try another page.")
        case .tooLarge:
            self.init(
                .tooLarge,
                "The page at \(host) is larger than \(limits.bytes >> 20) MB, which is too much to read. Try another page."
            )
        default: self.init(.unreachable, "\(host) cannot be reached: \(error.description). Check the address.")
        }
    }
}
