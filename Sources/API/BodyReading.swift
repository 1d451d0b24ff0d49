import Domain
import Platform

/// Reads members of a body that its schema has already checked: a wrong type cannot occur here.
extension JSONObject {
    /// A text; nil when absent or null.
    func text(_ name: String) -> String? { self[name]?.string }
    func integer(_ name: String) -> Int? { self[name]?.int }
    func flag(_ name: String) -> Bool? { self[name]?.bool }
    func texts(_ name: String) -> [String]? { self[name]?.strings }
    func json(_ name: String) -> JSONText? { self[name].flatMap { $0.isNull ? nil : JSONText($0) } }
    func time(_ name: String) -> Timestamp? { text(name).flatMap { Timestamp(iso8601: $0) } }
    /// An inclusive upper bound.
    func endTime(_ name: String) -> Timestamp? { text(name).flatMap { Timestamp(endOf: $0) } }

    func patch<Value>(_ name: String, _ read: (JSONValue) -> Value?) -> Patch<Value> {
        guard let value = self[name] else { return .absent }
        if value.isNull { return .null }
        return read(value).map { .value($0) } ?? .absent
    }

    func textPatch(_ name: String) -> Patch<String> { patch(name) { $0.string } }
    func integerPatch(_ name: String) -> Patch<Int> { patch(name) { $0.int } }
    func flagPatch(_ name: String) -> Patch<Bool> { patch(name) { $0.bool } }
    func textsPatch(_ name: String) -> Patch<[String]> { patch(name) { $0.strings } }
    func jsonPatch(_ name: String) -> Patch<JSONText> { patch(name) { JSONText($0) } }
}
