import Domain
import Platform

/// Hides the values of secrets in what code printed and returned.
struct SecretMask: Sendable {
    private let secrets: [String]

    static let mark = CodeVariable.mask

    /// Shorter values would tear ordinary text apart and are no secrets.
    private static let shortest = 4

    init(_ environment: [CodeVariable]) {
        // A secret that is part of another comes after it.
        secrets = environment.filter(\.isSecret).map(\.value.reveal).filter { $0.utf8.count >= Self.shortest }
            .sorted { $0.utf8.count > $1.utf8.count }
    }

    func masked(_ text: String) -> String {
        guard secrets.contains(where: { text.containsBytes(of: $0) }) else { return text }
        var bytes = Array(text.utf8)
        for secret in secrets { bytes = Self.replacing(Array(secret.utf8), in: bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func masked(_ value: JSONValue) -> JSONValue {
        guard !secrets.isEmpty else { return value }
        switch value {
        case .string(let text): return .string(masked(text))
        case .array(let values): return .array(values.map(masked))
        case .object(let object): return .object(object.mapMembers { (masked($0), masked($1)) })
        default: return value
        }
    }

    private static func replacing(_ secret: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            if bytes[place] == secret[0], bytes[place...].starts(with: secret) {
                result += mark.utf8
                place += secret.count
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return result
    }
}
