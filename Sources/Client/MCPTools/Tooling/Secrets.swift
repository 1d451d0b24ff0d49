import Platform

/// Values of a call that are not to come back in its answer, in results and in errors.
struct Secrets: Sendable {
    /// Shorter ones stand in ordinary text everywhere, and protect nothing.
    private static let shortest = 4

    private let values: [(name: String, text: String)]

    init(_ objects: JSONObject?...) {
        values = objects.compactMap { $0 }.flatMap(\.members).compactMap { member in
            guard let text = member.value.string, text.count >= Self.shortest else { return nil }
            return (member.name, text)
        }.sorted { $0.text.count > $1.text.count }
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
