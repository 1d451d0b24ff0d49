/// How many tokens a text may be, without the model's tokenizer: rather too many than too few. Prose comes out at about
/// twice its tokens; digits and signs, which tokenizers keep apart, count one each.
enum TokenEstimate {
    static func of(_ text: some StringProtocol) -> Int { (halves(text.unicodeScalars) + 1) / 2 }

    /// Half tokens of one character.
    static func halves(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A: 1  // letters: at least two to a token
        case 0x20: 1  // goes with the word after it, which may be one letter
        case ..<0x80: 2
        case ..<0x3000: 3  // other alphabets; accents may be tokens of their own
        case ..<0x10000: 4  // ideographs: one or two tokens
        default: 6  // emoji and rare signs: up to one token a byte, commonly three
        }
    }

    private static func halves(_ scalars: some Sequence<Unicode.Scalar>) -> Int {
        scalars.reduce(0) { $0 + halves($1) }
    }
}
