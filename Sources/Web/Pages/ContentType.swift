/// What a page is, and whether it has text.
struct ContentType: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case html, text
        /// None that is read here.
        case other
    }

    /// In lower case, without parameters: `text/html`.
    let name: String
    let charset: String?

    /// - Parameters:
    ///   - field: the header's; nil when there is none.
    ///   - body: its beginning decides when the header says nothing.
    init(_ field: String?, body: [UInt8]) {
        let parts = (field ?? "").split(separator: ";").map { $0.split(separator: " ").joined() }
        let said = parts.first?.lowercased() ?? ""
        charset = parts.dropFirst().first { $0.lowercased().hasPrefix("charset=") }.map { String($0.dropFirst(8)) }
        let isSaid = said.contains("/") && said != "application/octet-stream" && said != "unknown/unknown"
        // Files of servers that know no better.
        name = body.starts(with: Array("%PDF-".utf8)) ? "application/pdf" : isSaid ? said : Self.guess(body) ?? said
    }

    private static func guess(_ body: [UInt8]) -> String? {
        guard !body.prefix(4096).contains(0) else { return nil }
        let start = String(decoding: body.prefix(1024), as: UTF8.self).lowercased()
        let isMarkup = ["<!doctype html", "<html", "<head", "<body", "<p", "<div", "<h1"].contains {
            start.contains($0)
        }
        return isMarkup ? "text/html" : "text/plain"
    }

    var kind: Kind {
        if name == "text/html" || name == "application/xhtml+xml" { return .html }
        if name.hasPrefix("text/") || name.hasSuffix("+json") || name.hasSuffix("+xml") && name != "image/svg+xml" {
            return .text
        }
        return Self.texts.contains(name) ? .text : .other
    }

    private static let texts: Set<String> = [
        "application/json", "application/ld+json", "application/xml", "application/yaml", "application/x-yaml",
        "application/toml", "application/javascript", "application/ecmascript", "application/x-javascript",
        "application/x-ndjson", "application/jsonl", "application/sql", "application/x-sh", "application/graphql",
    ]

    /// Completes "The page is …".
    var shown: String {
        let isPlain = name.utf8.count <= 80 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        if name == "application/pdf" { return "a PDF" }
        if name.hasPrefix("image/") { return "an image" }
        if name.hasPrefix("video/") || name.hasPrefix("audio/") { return "a recording" }
        return name.isEmpty || !isPlain ? "of an unknown type" : "of the type \(name)"
    }
}
