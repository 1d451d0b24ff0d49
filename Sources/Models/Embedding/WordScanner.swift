import CUnicode

/// One pass over a text: normalizes it scalar by scalar into the word under way, and looks the word up when it ends.
struct WordScanner {
    private(set) var output = TokenizedText()
    private let tokenizer: WordPieceTokenizer
    private let rules: TokenizerRules
    /// The word under way, normalized, in UTF-8.
    private let letters: UnsafeMutablePointer<UInt8>
    /// `hashes[i]` is the hash of the first `i + 1` letters.
    private let hashes: UnsafeMutablePointer<UInt32>
    private var length = 0
    private var hash = Vocabulary.hashStart(continues: false)
    private var scalars = 0
    /// Where the combining marks at the end of the word begin and end that may need ordering; ends at -1 when there are none.
    private var marks = (start: 0, end: -1)
    private var nextBreak = TokenizedText.Break.mark
    private var endsSentence = false

    static func bytesNeeded(_ rules: TokenizerRules) -> Int { 4 * (rules.longestWord + 1) }

    /// - Parameters:
    ///   - letters: at least `bytesNeeded`, as are the hashes.
    ///   - expecting: about how many tokens there will be.
    init(
        _ tokenizer: WordPieceTokenizer, letters: UnsafeMutableBufferPointer<UInt8>,
        hashes: UnsafeMutableBufferPointer<UInt32>, expecting: Int
    ) {
        self.tokenizer = tokenizer
        rules = tokenizer.rules
        self.letters = letters.baseAddress.unsafelyUnwrapped
        self.hashes = hashes.baseAddress.unsafelyUnwrapped
        output.numbers.reserveCapacity(expecting)
        output.breaks.reserveCapacity(expecting)
    }

    mutating func read(_ text: UnsafeBufferPointer<UInt8>) {
        tokenizer.bytes.withUnsafeBufferPointer { rules in
            var index = 0
            while index < text.count {
                let byte = text[index]
                let rule = rules[Int(byte)]
                if rule.mayBeginAdded, let token = added(at: index, in: text) {
                    endWord()
                    append(token.number)
                    index += token.text.count
                    continue
                }
                switch rule.kind {
                case .letter:
                    if scalars < self.rules.longestWord { write(rule.written) }
                    scalars += 1
                    index += 1
                case .white:
                    endWord()
                    noteSpace(isNewline: byte == 0x0A)
                    index += 1
                case .punctuation:
                    punctuation(UInt32(byte))
                    index += 1
                case .dropped: index += 1
                case .notASCII: index += readScalar(at: index, in: text)
                }
            }
        }
        endWord()
    }

    private func added(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> WordPieceTokenizer.AddedToken? {
        tokenizer.added.first { token in
            token.text.count <= text.count - index
                && token.text.indices.allSatisfy { token.text[$0] == text[index + $0] }
        }
    }

    // MARK: Scalars that are not ASCII

    /// Reads one scalar and returns how many bytes it has.
    private mutating func readScalar(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        let byte = UInt32(text[index])
        let size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        // A String has no such end; whoever hands in other bytes gets them ignored.
        guard byte >= 0xC0, index + size <= text.count else { return 1 }
        var scalar = byte & (0x7F >> UInt32(size))
        for offset in 1..<size { scalar = scalar << 6 | UInt32(text[index + offset] & 0x3F) }
        guard scalar < 0x11_0000 else { return 1 }
        normalize(scalar)
        return size
    }

    /// In the reference's order: cleaning, ideographs, accents, case.
    private mutating func normalize(_ scalar: UInt32) {
        let bits = Int(roost_scalar_class(scalar))
        if bits == 0 {
            letter(scalar)
        } else if rules.cleans, bits & ROOST_DROPPED != 0 {
            return
        } else if bits & ROOST_WHITE != 0 {
            endWord()
            noteSpace(isNewline: scalar == 0x2028 || scalar == 0x2029)
        } else if rules.splitsIdeographs, bits & ROOST_IDEOGRAPH != 0 {
            endWord()
            withoutAccents(scalar, bits)
            endWord()
        } else {
            withoutAccents(scalar, bits)
        }
    }

    private mutating func withoutAccents(_ scalar: UInt32, _ bits: Int) {
        guard rules.stripsAccents, bits & (ROOST_STRIPPED | ROOST_ORDERED) != 0 else {
            lowercase(scalar, bits)
            return
        }
        if bits & ROOST_ORDERED != 0 {
            mark(scalar)
            return
        }
        if bits & ROOST_BARRIER != 0 { marks.end = -1 }
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4) { others in
            guard let others = others.baseAddress else { return }
            for index in 0..<Int(roost_scalar_stripped(scalar, others)) {
                let bits = Int(roost_scalar_class(others[index]))
                if bits & ROOST_ORDERED != 0 { mark(others[index]) } else { lowercase(others[index], bits) }
            }
        }
    }

    private mutating func lowercase(_ scalar: UInt32, _ bits: Int) {
        guard rules.lowercases, bits & ROOST_LOWERED != 0 else {
            write(scalar, bits)
            return
        }
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4) { others in
            guard let others = others.baseAddress else { return }
            for index in 0..<Int(roost_scalar_lowered(scalar, others)) {
                write(others[index], Int(roost_scalar_class(others[index])))
            }
        }
    }

    private mutating func write(_ scalar: UInt32, _ bits: Int) {
        if bits & ROOST_WHITE != 0 {
            endWord()
            noteSpace(isNewline: false)
        } else if bits & ROOST_PUNCTUATION != 0 {
            punctuation(scalar)
        } else {
            letter(scalar)
        }
    }

    /// A combining mark: goes before those of a higher class that stand at the end of the word (Unicode 3.11).
    private mutating func mark(_ scalar: UInt32) {
        let isAlone = marks.end != length || scalars >= rules.longestWord
        let order = roost_scalar_order(scalar)
        let start = isAlone ? length : marks.start
        letter(scalar)
        defer { marks = (start, length) }
        guard !isAlone else { return }
        let text = String(decoding: UnsafeBufferPointer(start: letters + start, count: length - start), as: UTF8.self)
        var run = text.unicodeScalars.map(\.value)
        let last = run.removeLast()
        let place = run.firstIndex { roost_scalar_order($0) > order } ?? run.endIndex
        run.insert(last, at: place)
        let count = scalars - run.count
        length = start
        hash = start == 0 ? Vocabulary.hashStart(continues: false) : hashes[start - 1]
        scalars = count
        for scalar in run { letter(scalar) }
    }

    // MARK: The word

    @inline(__always)
    private mutating func write(_ byte: UInt8) {
        hash = Vocabulary.hash(hash, byte)
        letters[length] = byte
        hashes[length] = hash
        length += 1
    }

    private mutating func letter(_ scalar: UInt32) {
        scalars += 1
        // The word is unknown already, whatever follows.
        if scalars > rules.longestWord { return }
        if scalar < 0x80 {
            write(UInt8(scalar))
            return
        }
        if scalar < 0x800 {
            write(UInt8(0xC0 | scalar >> 6))
        } else {
            if scalar < 0x10000 {
                write(UInt8(0xE0 | scalar >> 12))
            } else {
                write(UInt8(0xF0 | scalar >> 18))
                write(UInt8(0x80 | scalar >> 12 & 0x3F))
            }
            write(UInt8(0x80 | scalar >> 6 & 0x3F))
        }
        write(UInt8(0x80 | scalar & 0x3F))
    }

    private mutating func punctuation(_ scalar: UInt32) {
        endWord()
        letter(scalar)
        endWord()
        // Full stops, question and exclamation marks; the ideographic ones need no space after them.
        switch scalar {
        case 0x2E, 0x3F, 0x21, 0x2026, 0x0964: endsSentence = true
        case 0x3002, 0xFF01, 0xFF1F: nextBreak = .sentence
        default: break
        }
    }

    private mutating func noteSpace(isNewline: Bool) {
        if isNewline {
            nextBreak = nextBreak >= .line ? .paragraph : .line
        } else {
            nextBreak = max(nextBreak, endsSentence ? .sentence : .word)
        }
    }

    private mutating func endWord() {
        if length == 0, scalars == 0 { return }
        let first = output.numbers.count
        if scalars > rules.longestWord || !lookUp() {
            output.numbers.removeLast(output.numbers.count - first)
            output.numbers.append(rules.unknown)
        }
        output.breaks.append(nextBreak)
        for _ in first + 1..<max(first + 1, output.numbers.count) { output.breaks.append(.none) }
        startWord()
    }

    private mutating func append(_ number: Int32) {
        output.numbers.append(number)
        output.breaks.append(nextBreak)
        startWord()
    }

    private mutating func startWord() {
        length = 0
        scalars = 0
        hash = Vocabulary.hashStart(continues: false)
        marks.end = -1
        nextBreak = .mark
        endsSentence = false
    }

    /// Appends the pieces of the word, the longest first; false when a part of it is none.
    private mutating func lookUp() -> Bool {
        let vocabulary = tokenizer.vocabulary
        var start = 0
        while start < length {
            if start > 0 { rehash(from: start) }
            var end = min(length, start + vocabulary.longest)
            while end > start {
                if let number = vocabulary.number(
                    letters + start, end - start, hash: hashes[end - 1], continues: start > 0)
                {
                    output.numbers.append(number)
                    break
                }
                end -= 1
            }
            if end == start { return false }
            start = end
        }
        return true
    }

    /// Hashes of what is left of the word, as the beginnings of a piece that continues it.
    private mutating func rehash(from start: Int) {
        var hash = Vocabulary.hashStart(continues: true)
        for index in start..<min(length, start + tokenizer.vocabulary.longest) {
            hash = Vocabulary.hash(hash, letters[index])
            hashes[index] = hash
        }
    }
}
