import Platform

/// Ids of tool calls as services take them. A conversation may have been led by another model before, whose ids have
/// another form; the same id always becomes the same one, so that a result finds its call.
enum CallID {
    /// At most so many bytes, letters, digits, `_` and `-` only.
    static func short(_ id: String, most: Int) -> String {
        let isFit = !id.isEmpty && id.utf8.count <= most && id.utf8.allSatisfy { isWord($0) }
        return isFit ? id : "call_" + SHA256.digits(Array(id.utf8), count: min(most - 5, 16))
    }

    /// Exactly nine letters and digits, which is all that Mistral takes.
    static func nine(_ id: String) -> String {
        let isFit = id.utf8.count == 9 && id.utf8.allSatisfy { isWord($0) && $0 != 0x5F && $0 != 0x2D }
        return isFit ? id : SHA256.digits(Array(id.utf8), count: 9)
    }

    static func new() -> String { "call_" + Identifier.uuid().filter { $0 != "-" }.prefix(24) }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
