import Platform

/// Values of a call that are not to come back in its answer, in results and in errors.
struct Secrets: Sendable {
    /// Shorter ones stand in ordinary text everywhere, and protect nothing.
    private static let shortest = 4

    private let values: [(name: String, text: String)]

    init(_ objects: JSONObject?...) {
        values = objects.compactMap { $0 }.flatMap(\.members).flatMap { member in
            Self.forms(of: member.value).filter { $0.count >= Self.shortest }.map { (member.name, $0) }
        }.sorted { $0.text.count > $1.text.count }
    }

    /// A value as it may be printed: whole, inside JSON, line by line.
    private static func forms(of value: JSONValue) -> [String] {
        switch value {
        case .string(let text):
            let lines = text.split(whereSeparator: \.isNewline).map(String.init)
            return ([text, String(value.text.dropFirst().dropLast())] + lines).uniqued
        case .int, .double: return [value.text]
        default: return []
        }
    }

    func hidden(_ text: String) -> String {
        values.reduce(text) { $0.replacing($1.text, with: "[\($1.name)]") }
    }

    func hidden(_ value: JSONValue) -> JSONValue {
        if values.isEmpty { return value }
        return switch value {
        case .string(let text): .string(hidden(text))
        case .array(let items): .array(items.map { hidden($0) })
        case .object(let object): .object(JSONObject(object.members.map { (hidden($0.name), hidden($0.value)) }))
        default: value
        }
    }

    /// Does something whose errors may quote a secret.
    func guarding<T: Sendable>(_ work: () async throws -> T) async throws -> T {
        do { return try await work() } catch let error as ClientError {
            throw ClientError(hidden(error.description), status: error.status)
        }
    }
}
