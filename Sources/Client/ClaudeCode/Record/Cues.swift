import Platform

/// Words that say what a sentence is, and finding them in one: each word is looked up once, however many cues there are.
struct Cues: Sendable {
    struct Kinds: OptionSet, Sendable {
        let rawValue: UInt16

        /// Of plans and courtesies, at the beginning.
        static let chatter = Kinds(rawValue: 1 << 0)
        static let hedge = Kinds(rawValue: 1 << 1)
        static let strongLesson = Kinds(rawValue: 1 << 2)
        static let lesson = Kinds(rawValue: 1 << 3)
        static let strongDecision = Kinds(rawValue: 1 << 4)
        static let decision = Kinds(rawValue: 1 << 5)
        static let reason = Kinds(rawValue: 1 << 6)
        static let purpose = Kinds(rawValue: 1 << 7)
        static let outcome = Kinds(rawValue: 1 << 8)
        static let passing = Kinds(rawValue: 1 << 9)
        /// Of wishes that hold beyond a task.
        static let standing = Kinds(rawValue: 1 << 10)
        /// Refers to what nobody knows later, at the beginning.
        static let vague = Kinds(rawValue: 1 << 11)
        static let no = Kinds(rawValue: 1 << 12)
        static let request = Kinds(rawValue: 1 << 13)
        /// At the beginning.
        static let correction = Kinds(rawValue: 1 << 14)
    }

    struct Cue: Sendable {
        /// One to four words.
        let words: String
        var kinds: Kinds
    }

    private let cues: [Cue]
    /// Numbers of the cues whose first word has a hash that ends so.
    private let byFirstWord: [[Int]]

    init(_ lists: [(kinds: Kinds, words: [String])]) {
        var cues: [Cue] = []
        var byFirstWord = [[Int]](repeating: [], count: 256)
        for (kinds, list) in lists {
            for words in list {
                let first = words.utf8.prefix { $0 != UInt8(ascii: " ") }
                let slot = Int(first.reduce(Self.seed, Self.hash) & 255)
                if let known = byFirstWord[slot].first(where: { cues[$0].words == words }) {
                    cues[known].kinds.formUnion(kinds)
                } else {
                    byFirstWord[slot].append(cues.count)
                    cues.append(Cue(words: words, kinds: kinds))
                }
            }
        }
        (self.cues, self.byFirstWord) = (cues, byFirstWord)
    }

    /// FNV-1a.
    private static let seed: UInt32 = 2_166_136_261
    private static func hash(_ hash: UInt32, _ byte: UInt8) -> UInt32 { (hash ^ UInt32(byte)) &* 16_777_619 }

    /// Calls `body` for every cue in a text, with its number and its place.
    /// - Parameter text: of a `CueText`.
    func each(in text: [UInt8], _ body: (_ cue: Cue, _ number: Int, _ place: Int) -> Void) {
        var start = 0
        while start < text.count {
            var end = start
            var hash = Self.seed
            while end < text.count, text[end] != UInt8(ascii: " ") {
                hash = Self.hash(hash, text[end])
                end += 1
            }
            for number in byFirstWord[Int(hash & 255)] where Self.stands(cues[number].words, text, start) {
                body(cues[number], number, start)
            }
            start = end + 1
        }
    }

    /// Whether whole words stand here.
    private static func stands(_ words: String, _ text: [UInt8], _ start: Int) -> Bool {
        var place = start
        for byte in words.utf8 {
            guard place < text.count, text[place] == byte else { return false }
            place += 1
        }
        return place == text.count || text[place] == UInt8(ascii: " ")
    }
}

/// A sentence as cues are looked for in it: words in small letters, with one space between them. A word is of letters,
/// digits and apostrophes.
struct CueText: Sendable {
    let bytes: [UInt8]

    init(_ sentence: String) { bytes = Self.quick(sentence) ?? Self.slow(sentence) }

    /// Of letters and digits alone.
    var words: Int {
        var count = 0
        var isInWord = false
        for byte in bytes {
            let isPart = byte != UInt8(ascii: " ") && byte != UInt8(ascii: "'")
            if isPart, !isInWord { count += 1 }
            isInWord = isPart
        }
        return count
    }

    /// Nil where there is more than ASCII and the quotation marks and dashes of a text (U+2010 to U+203F).
    private static func quick(_ sentence: String) -> [UInt8]? {
        var sentence = sentence
        return sentence.withUTF8 { given in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(given.count)
            var hasGap = false
            func add(_ byte: UInt8) {
                if hasGap, !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
                hasGap = false
                bytes.append(byte)
            }
            var at = 0
            while at < given.count {
                let byte = given[at]
                at += 1
                if byte.isLetter || byte.isDigit {
                    add(byte.lowercased)
                } else if byte == UInt8(ascii: "'") {
                    add(byte)
                } else if byte < 0x80 {
                    hasGap = true
                } else {
                    guard byte == 0xE2, at + 1 < given.count, given[at] == 0x80, given[at + 1] >= 0x90 else {
                        return nil
                    }
                    if given[at + 1] == 0x99 { add(UInt8(ascii: "'")) } else { hasGap = true }
                    at += 2
                }
            }
            return bytes
        }
    }

    private static func slow(_ sentence: String) -> [UInt8] {
        let straight = String(sentence.map { $0 == "’" ? "'" : $0 })
        let words = straight.lowercased().split { !($0.isPartOfWord || $0 == "'") }
        return Array(words.joined(separator: " ").utf8)
    }
}
