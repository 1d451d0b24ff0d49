import CLinux

/// The prefixes of the contract's ids (wire notes, section 1). The text of an id is `<prefix>-<uuid4>`.
package enum IdentifierKind: String, Sendable, CaseIterable {
    case agent, block, archive, passage, tool, message, run, step, group, identity, file, provider, user, job
    case folder = "source"
    case conversation = "conv"
    case mcpServer = "mcp_server"
    case organization = "org"
    case secret = "agent-env"
    case providerTrace = "provider_trace"
    case request = "req"
    case toolCall = "tool_call"
}

extension IdentifierKind {
    fileprivate var beginsWithTime: Bool {
        switch self {
        case .message, .run, .step, .providerTrace, .toolCall: true
        default: false
        }
    }

    /// A well-formed id, for error texts and documentation.
    package var example: String { rawValue + "-123e4567-e89b-42d3-8456-426614174000" }
}

package enum Identifier {
    /// A new random id, `agent-6f0c…`. Ids of messages and what hangs on them begin with the time, so that those of one
    /// conversation stand together in an index: a context of hundreds is then a few pages, however many messages there are.
    package static func new(_ kind: IdentifierKind) -> String {
        kind.rawValue + "-" + (kind.beginsWithTime ? uuid(at: .now) : uuid())
    }

    /// A random version 4 UUID (RFC 9562) in lowercase.
    package static func uuid() -> String { text(of: randomBytes(16)) }

    /// The same with the time in milliseconds in its first 48 bits; 74 are random.
    package static func uuid(at time: Timestamp) -> String {
        var bytes = randomBytes(16)
        withUnsafeBytes(of: UInt64(time.microseconds / 1000).bigEndian) { bytes.replaceSubrange(0..<6, with: $0[2...]) }
        return text(of: bytes)
    }

    /// Writes 16 bytes with the marks of version 4 among them.
    private static func text(of random: [UInt8]) -> String {
        var bytes = random
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = StaticHex.lower
        return String(unsafeUninitializedCapacity: 36) { text in
            var at = 0
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    text[at] = UInt8(ascii: "-")
                    at += 1
                }
                text[at] = hex[Int(byte >> 4)]
                text[at + 1] = hex[Int(byte & 15)]
                at += 2
            }
            return 36
        }
    }

    /// Whether a text is a well-formed id of a kind: the prefix and a version 4 UUID.
    package static func isValid(_ text: String, _ kind: IdentifierKind) -> Bool {
        let utf8 = Array(text.utf8)
        let prefix = kind.rawValue.utf8.count + 1
        guard utf8.count == prefix + 36, text.hasPrefix(kind.rawValue + "-") else { return false }
        for index in 0..<36 {
            let byte = utf8[prefix + index]
            switch index {
            case 8, 13, 18, 23: if byte != UInt8(ascii: "-") { return false }
            case 14: if byte != UInt8(ascii: "4") { return false }
            case 19: if !"89ab".utf8.contains(byte) { return false }
            default: if !StaticHex.lower.contains(byte) { return false }
            }
        }
        return true
    }

    /// Bytes from the kernel's generator.
    package static func randomBytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = getrandom(buffer.baseAddress! + filled, count - filled, 0)
                if got > 0 { filled += got }
            }
        }
    }
}

enum StaticHex {
    static let lower = Array("0123456789abcdef".utf8)
}
