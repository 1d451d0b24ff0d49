/// Writes JSON straight into bytes. The caller nests with closures; commas and quoting are done here.
///
///     var json = JSONWriter()
///     json.object { json in
///         json.field("id", agent.id)
///         json.array("tags") { json in for tag in tags { json.element(tag) } }
///     }
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(reserving capacity: Int = 512) { bytes.reserveCapacity(capacity) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    // MARK: Containers

    package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        try nest(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        try nest(UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    package mutating func object(_ name: StaticString, _ body: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try object(body)
    }

    package mutating func array(_ name: StaticString, _ body: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try array(body)
    }

    private mutating func nest(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) throws -> Void) rethrows {
        separate()
        bytes.append(open)
        needsComma = false
        try body(&self)
        bytes.append(close)
        needsComma = true
    }

    // MARK: Members

    package mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        element(value)
    }

    package mutating func field(_ name: StaticString, _ value: Bool?) {
        key(name)
        element(value)
    }

    package mutating func field(_ name: StaticString, _ value: Int?) {
        key(name)
        element(value)
    }

    package mutating func field(_ name: StaticString, _ value: Double?) {
        key(name)
        element(value)
    }

    package mutating func field(_ name: StaticString, _ value: Timestamp?) {
        key(name)
        element(value)
    }

    package mutating func field(_ name: StaticString, _ value: JSONValue) {
        key(name)
        element(value)
    }

    package mutating func field(_ name: StaticString, _ values: [String]) {
        array(name) { json in for value in values { json.element(value) } }
    }

    /// Embeds text that is known to be JSON already (a column we wrote ourselves); nil is `null`.
    package mutating func field(_ name: StaticString, raw json: String?) {
        key(name)
        element(raw: json)
    }

    package mutating func null(_ name: StaticString) {
        key(name)
        null()
    }

    /// Writes a member's name; its value must follow.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// As `key(_:)`, for a name that came from outside.
    package mutating func key(text name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    package mutating func element(_ value: String?) {
        guard let value else { return null() }
        separate()
        quote(value)
        needsComma = true
    }

    package mutating func element(_ value: Bool?) {
        guard let value else { return null() }
        append(value ? "true" : "false")
    }

    package mutating func element(_ value: Int?) {
        guard let value else { return null() }
        append(String(value))
    }

    /// NaN and infinity have no JSON form and become `null`.
    package mutating func element(_ value: Double?) {
        guard let value, value.isFinite else { return null() }
        append(value.description)
    }

    package mutating func element(_ value: Timestamp?) {
        guard let value else { return null() }
        separate()
        bytes.append(UInt8(ascii: "\""))
        value.appendISO8601(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func element(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): element(value)
        case .int(let value): element(Int(value))
        case .double(let value): element(value)
        case .string(let value): element(value)
        case .array(let values): array { json in for value in values { json.element(value) } }
        case .object(let members):
            object { json in
                for member in members.members {
                    json.key(text: member.name)
                    json.element(member.value)
                }
            }
        }
    }

    package mutating func element(raw json: String?) { append(json ?? "null") }

    package mutating func null() { append("null") }

    private mutating func append(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var clean = 0
            for index in utf8.indices where Self.needsEscape(utf8[index]) {
                bytes.append(contentsOf: utf8[clean..<index])
                escape(utf8[index])
                clean = index + 1
            }
            bytes.append(contentsOf: utf8[clean...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            bytes.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
            bytes.append(StaticHex.lower[Int(byte >> 4)])
            bytes.append(StaticHex.lower[Int(byte & 15)])
        }
    }
}

extension JSONValue {
    /// Compact JSON text.
    package var text: String {
        var json = JSONWriter()
        json.element(self)
        return json.text
    }
}
