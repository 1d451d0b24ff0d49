/// One JSON value (RFC 8259). Numbers keep the difference between `1` and `1.0`, objects keep their order.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    package static let emptyObject = JSONValue.object(JSONObject())
}

/// Members in the order they were written. A name occurs once: the last value given for it is the one kept.
package struct JSONObject: Sendable, Equatable {
    package private(set) var members: [Member]

    package struct Member: Sendable, Equatable {
        package let name: String
        package var value: JSONValue
    }

    package init() { members = [] }

    package init(_ pairs: [(String, JSONValue)]) {
        self.init()
        for (name, value) in pairs { self[name] = value }
    }

    /// Takes parsed members, keeping the last of those that share a name.
    init(parsed: [Member]) {
        guard Self.hasRepeatedNames(parsed) else {
            members = parsed
            return
        }
        // By their bytes: equal strings may be written differently (";" and U+037E), and are different names then.
        var last: [[UInt8]: Int] = [:]
        for (index, member) in parsed.enumerated() { last[Array(member.name.utf8)] = index }
        members = parsed.enumerated().filter { last[Array($0.element.name.utf8)] == $0.offset }.map(\.element)
    }

    private static func hasRepeatedNames(_ members: [Member]) -> Bool {
        // Most objects are small, and their names differ in length or in the first bytes.
        if members.count <= 16 {
            for index in members.indices.dropFirst() {
                let name = members[index].name
                for other in 0..<index where members[other].name == name { return true }
            }
            return false
        }
        var seen = Set<String>(minimumCapacity: members.count)
        return members.contains { !seen.insert($0.name).inserted }
    }

    /// The same with other names or values.
    package func mapMembers(_ transform: (String, JSONValue) -> (String, JSONValue)) -> JSONObject {
        JSONObject(
            parsed: members.map { member in
                let (name, value) = transform(member.name, member.value)
                return Member(name: name, value: value)
            })
    }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }

    /// The value of a member, nil when there is none; a member that is `null` gives `.null`.
    package subscript(name: String) -> JSONValue? {
        get { members.first { $0.name == name }?.value }
        set {
            if let index = members.firstIndex(where: { $0.name == name }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.append(Member(name: name, value: newValue))
            }
        }
    }
}

extension JSONValue {
    package subscript(name: String) -> JSONValue? { object?[name] }

    package var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var isNull: Bool { self == .null }

    /// An integer, also when it was written as `5.0`.
    package var int: Int? {
        switch self {
        case .int(let value): Int(value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    package var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// Strings of an array; nil when this is not an array of strings.
    package var strings: [String]? {
        guard let array else { return nil }
        let strings = array.compactMap(\.string)
        return strings.count == array.count ? strings : nil
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
    package init(nilLiteral: ()) { self = .null }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
