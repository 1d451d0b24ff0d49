/// What one pass over a text tells about it: which of a question's words it has, who says it, and what it is made of.
struct TextReading {
    /// Bits of the question's terms that occur.
    var present: UInt32 = 0
    /// The share of the question's weight that the text holds; a term counts 1/2 once, 2/3 twice, and so on.
    var text: Float = 0
    /// The weight of the neighbouring words of the question that are neighbours in the text too, as a share.
    var pairs: Float = 0
    /// Words after the label.
    var words = 0
    /// The share of the text that is questions.
    var questionShare: Float = 0
    /// Capitalised words inside of sentences, folded and hashed; the names of speakers are taken out later.
    var names: [UInt64] = []
    /// These two only when the question asks for them.
    var hasNumber = false
    var hasTime = false
    /// The words of the label at its beginning, folded.
    var label: [[UInt8]] = []
    /// Of all words, in order: equal for texts that differ in case and signs only.
    var hash: UInt64 = 0
}

/// Reads texts for one question. Reused from text to text, for the sake of its buffers.
struct TextReader {
    private let terms: [RecallQuestion.Term]
    private let weight: Float
    /// Times and numbers are looked for only where the question asks for them.
    private let wantsKinds: Bool
    /// How words begin that may be some term: by two bytes, and by three for stems of four and more, whose first three a
    /// word keeps in all its forms.
    private var short = [Bool](repeating: false, count: 1024)
    private var long = [Bool](repeating: false, count: 4096)
    private var counts: [Float]
    /// The place of the last word that matched, by term.
    private var lastPlace: [Int]
    private var reading = TextReading()
    private var place = 0
    /// Bits of the terms that were found next to the term before them.
    private var paired: UInt32 = 0
    private var word: [UInt8] = []

    init(_ question: RecallQuestion) {
        terms = question.terms
        weight = question.weight
        wantsKinds = question.wantsTime || question.wantsNumber
        counts = [Float](repeating: 0, count: terms.count)
        lastPlace = [Int](repeating: .min / 2, count: terms.count)
        for term in terms {
            if term.stem.count > 3 {
                long[Self.longBeginning(term.stem)] = true
            } else {
                short[Self.shortBeginning(term.stem)] = true
            }
        }
    }

    mutating func read(_ text: String) -> TextReading {
        var text = text
        return text.withUTF8 { read($0) }
    }

    private static func shortBeginning(_ word: [UInt8]) -> Int {
        (Int(word[0]) &* 31 &+ (word.count > 1 ? Int(word[1]) : 0)) & 1023
    }

    private static func longBeginning(_ word: [UInt8]) -> Int {
        ((Int(word[0]) &* 31 &+ Int(word[1])) &* 31 &+ Int(word[2])) & 4095
    }

    private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> TextReading {
        reading = TextReading()
        reading.hash = 0xcbf2_9ce4_8422_2325
        place = 0
        paired = 0
        for index in terms.indices {
            counts[index] = 0
            lastPlace[index] = .min / 2
        }
        let label = TextLabel(bytes)
        reading.label = label.words
        readWords(bytes, from: 0, upTo: label.start, isLabel: true)
        readWords(bytes, from: label.start, upTo: bytes.count, isLabel: false)
        for (index, term) in terms.enumerated() where counts[index] > 0 {
            reading.text += term.weight * counts[index] / (counts[index] + 1)
        }
        reading.text /= weight
        reading.pairs /= 2 * weight
        return reading
    }

    private mutating func readWords(
        _ bytes: UnsafeBufferPointer<UInt8>, from first: Int, upTo end: Int, isLabel: Bool
    ) {
        var sentences = SentenceTally(start: first)
        var previous = TimeWord.none
        var index = first
        while index < end {
            let byte = bytes[index]
            guard FoldedWord.isWordPart(byte), !Self.isTypographicSign(bytes, index) else {
                sentences.sign(byte, at: index, bytes)
                index += Self.isTypographicSign(bytes, index) ? 3 : 1
                continue
            }
            let start = index
            var isASCII = true
            word.removeAll(keepingCapacity: true)
            while index < end, FoldedWord.isWordPart(bytes[index]), !Self.isTypographicSign(bytes, index) {
                isASCII = isASCII && bytes[index] < 0x80
                word.append(FoldedWord.lowered(bytes[index]))
                index += 1
            }
            let raw = UnsafeBufferPointer(rebasing: bytes[start..<index])
            if !isASCII { word = FoldedWord.bytes(utf8: raw) }
            if word.isEmpty { continue }
            let hash = Self.hash(word)
            reading.hash = (reading.hash ^ hash) &* 0x100_0000_01b3
            matchTerms()
            if !isLabel {
                reading.words += 1
                if !sentences.isAtStart, Self.isName(raw) { reading.names.append(hash) }
                if wantsKinds { previous = noteKind(raw, after: previous) }
            }
            sentences.isAtStart = false
            place += 1
        }
        if !isLabel { reading.questionShare = sentences.questionShare(end: end, bytes) }
    }

    /// Dashes, quotation marks and dots of the block U+2000–U+203F: no part of words.
    private static func isTypographicSign(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        bytes[index] == 0xE2 && index + 2 < bytes.count && bytes[index + 1] == 0x80
    }

    private mutating func matchTerms() {
        guard short[Self.shortBeginning(word)] || word.count > 3 && long[Self.longBeginning(word)] else { return }
        let stem = PorterStem.stem(word)
        for (index, term) in terms.enumerated() where term.stem == stem {
            counts[index] += 1
            reading.present |= 1 << UInt32(index)
            // Each pair counts once.
            if index > 0, place - lastPlace[index - 1] <= 3, paired & (1 << UInt32(index)) == 0 {
                paired |= 1 << UInt32(index)
                reading.pairs += term.weight + terms[index - 1].weight
            }
            lastPlace[index] = place
        }
    }

    private mutating func noteKind(_ raw: UnsafeBufferPointer<UInt8>, after previous: TimeWord) -> TimeWord {
        let kind = TimeWord(word)
        if raw[0] &- 0x30 < 10 || kind == .number { reading.hasNumber = true }
        if kind == .time || previous == .lastOrNext && kind == .unit { reading.hasTime = true }
        return kind
    }

    /// A capital and then a small letter.
    private static func isName(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        word.count > 1 && word[0] &- 0x41 < 26 && word[1] &- 0x61 < 26
    }

    /// FNV-1a.
    static func hash(_ word: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
