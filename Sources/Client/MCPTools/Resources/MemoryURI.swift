import HTTP

/// The address of a resource.
enum MemoryURI: Sendable, Equatable {
    case projects
    case block(String)
    case passage(String)

    /// Nil for everything else. Labels are percent-encoded.
    init?(_ text: String) {
        if text == "memory://projects" {
            self = .projects
        } else if let label = Self.rest(of: text, after: "memory://blocks/") {
            self = .block(label)
        } else if let id = Self.rest(of: text, after: "memory://passages/") {
            self = .passage(id)
        } else {
            return nil
        }
    }

    private static func rest(of text: String, after prefix: String) -> String? {
        guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count else { return nil }
        return percentDecoded(String(text.dropFirst(prefix.count)), plusIsSpace: false)
    }

    var text: String {
        switch self {
        case .projects: "memory://projects"
        case .block(let label): "memory://blocks/" + percentEncoded(label)
        case .passage(let id): "memory://passages/" + percentEncoded(id)
        }
    }
}
