/// Kinds of bytes that secrets are told by.
extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isUpper: Bool { self >= 0x41 && self <= 0x5A }
    var isLetter: Bool { isUpper || (self >= 0x61 && self <= 0x7A) }
    var isWord: Bool { isLetter || isDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: "-") }
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    var isQuote: Bool {
        self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") || self == UInt8(ascii: "`")
    }
    var isAssignment: Bool { self == UInt8(ascii: ":") || self == UInt8(ascii: "=") }
    var lowercased: UInt8 { isUpper ? self + 32 : self }
    var endsAuthority: Bool {
        self <= 0x20 || isQuote || self == UInt8(ascii: "/") || self == UInt8(ascii: "<") || self == UInt8(ascii: ">")
    }
    var endsValue: Bool {
        self <= 0x20 || isQuote
            || [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "&")].contains(self)
    }
}
