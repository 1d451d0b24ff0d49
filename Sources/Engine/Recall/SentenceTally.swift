/// How much of a text is questions, counted while it is read.
struct SentenceTally {
    /// Whether the next word begins a sentence.
    var isAtStart = true
    private let start: Int
    private var sentence: Int
    private var inQuestions = 0
    /// What stands in brackets at the end is an attachment, no sentence.
    private var bracket: Int?

    init(start: Int) {
        self.start = start
        sentence = start
    }

    /// Takes a sign between words into account.
    mutating func sign(_ byte: UInt8, at index: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ":"):
            isAtStart = true
            let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: " ")
            guard byte != UInt8(ascii: ":"), next == UInt8(ascii: " ") || next == UInt8(ascii: "\n") else { return }
            if byte == UInt8(ascii: "?") { inQuestions += index + 1 - sentence }
            sentence = index + 2
        case UInt8(ascii: "["): bracket = index
        default: break
        }
    }

    func questionShare(end: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Float {
        var last = end
        if let bracket, bracket > start, end > 0, bytes[end - 1] == UInt8(ascii: "]") { last = bracket }
        return last > start ? min(1, Float(inQuestions) / Float(last - start)) : 0
    }
}
