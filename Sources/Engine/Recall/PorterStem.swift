/// Porter's stemmer for English (M. F. Porter, An algorithm for suffix stripping, 1980), with the two departures that the
/// text index has too (`logi`, `bli`), so that a word found by the index is seen in the text as well.
struct PorterStem {
    private var word: [UInt8] = []

    /// The stem of a word of lowercase ASCII letters; other words and short ones stay as they are.
    static func stem(_ word: [UInt8]) -> [UInt8] {
        guard (3..<64).contains(word.count), word.allSatisfy({ $0 &- 0x61 < 26 }) else { return word }
        var stemmer = PorterStem(word: word)
        stemmer.removeEndings()
        return stemmer.word
    }

    private mutating func removeEndings() {
        plurals()
        pastAndGerund()
        if last == UInt8(ascii: "y"), hasVowel(word.count - 1) { word[word.count - 1] = UInt8(ascii: "i") }
        replaceFirst(of: Self.step2, measure: 1)
        replaceFirst(of: Self.step3, measure: 1)
        replaceFirst(of: Self.step4, measure: 2)
        lastE()
        // Beyond Porter, for whom `deploy` and `deployment` differ.
        if last == UInt8(ascii: "y"), hasVowel(word.count - 1) { word[word.count - 1] = UInt8(ascii: "i") }
    }

    private var last: UInt8 { word[word.count - 1] }

    /// Step 1a.
    private mutating func plurals() {
        if ends("sses") || ends("ies") { word.removeLast(2) } else if ends("s"), !ends("ss") { word.removeLast() }
    }

    /// Step 1b.
    private mutating func pastAndGerund() {
        if ends("eed") {
            if measure(word.count - 3) > 0 { word.removeLast() }
            return
        }
        let ending = ends("ed") ? 2 : ends("ing") ? 3 : 0
        guard ending > 0, hasVowel(word.count - ending) else { return }
        word.removeLast(ending)
        if ends("at") || ends("bl") || ends("iz") {
            word.append(UInt8(ascii: "e"))
        } else if endsInDouble, ![UInt8(ascii: "l"), UInt8(ascii: "s"), UInt8(ascii: "z")].contains(last) {
            word.removeLast()
        } else if measure(word.count) == 1, isShort(word.count) {
            word.append(UInt8(ascii: "e"))
        }
    }

    /// Step 5.
    private mutating func lastE() {
        if last == UInt8(ascii: "e") {
            let size = measure(word.count - 1)
            if size > 1 || size == 1 && !isShort(word.count - 1) { word.removeLast() }
        }
        if last == UInt8(ascii: "l"), endsInDouble, measure(word.count - 1) > 1 { word.removeLast() }
    }

    /// Replaces the first ending of a list that fits, if the rest is of some measure.
    private mutating func replaceFirst(of endings: [(StaticString, StaticString)], measure least: Int) {
        guard let (ending, other) = endings.first(where: { ends($0.0) }) else { return }
        let rest = word.count - ending.utf8CodeUnitCount
        guard measure(rest) >= least else { return }
        // `ion` goes only after s or t.
        if ending.utf8CodeUnitCount == 3, ends("ion"),
            rest == 0 || word[rest - 1] != UInt8(ascii: "s") && word[rest - 1] != UInt8(ascii: "t")
        {
            return
        }
        word.removeLast(ending.utf8CodeUnitCount)
        other.withUTF8Buffer { word.append(contentsOf: $0) }
    }

    private func ends(_ ending: StaticString) -> Bool {
        ending.withUTF8Buffer { ending in
            let start = word.count - ending.count
            // Most words end otherwise, and most of these in another letter.
            guard start >= 0, ending[ending.count - 1] == word[word.count - 1] else { return false }
            for index in ending.indices where ending[index] != word[start + index] { return false }
            return true
        }
    }

    private var endsInDouble: Bool {
        word.count > 1 && last == word[word.count - 2] && isConsonant(word.count - 1)
    }

    private func isConsonant(_ index: Int) -> Bool {
        switch word[index] {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
        case UInt8(ascii: "y"): index == 0 || !isConsonant(index - 1)
        default: true
        }
    }

    private func hasVowel(_ count: Int) -> Bool { (0..<max(0, count)).contains { !isConsonant($0) } }

    /// How many times consonants follow vowels in the first `count` letters.
    private func measure(_ count: Int) -> Int {
        var result = 0
        for index in 1..<max(1, count) where isConsonant(index) && !isConsonant(index - 1) { result += 1 }
        return result
    }

    /// Whether the first `count` letters end in consonant, vowel, consonant other than w, x and y.
    private func isShort(_ count: Int) -> Bool {
        guard count > 2, isConsonant(count - 1), !isConsonant(count - 2), isConsonant(count - 3) else { return false }
        return ![UInt8(ascii: "w"), UInt8(ascii: "x"), UInt8(ascii: "y")].contains(word[count - 1])
    }

    private static let step2: [(StaticString, StaticString)] = [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("logi", "log"),
        ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"),
        ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
        ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ]
    private static let step3: [(StaticString, StaticString)] = [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ]
    private static let step4: [(StaticString, StaticString)] = [
        ("al", ""), ("ance", ""), ("ence", ""), ("er", ""), ("ic", ""), ("able", ""), ("ible", ""), ("ant", ""),
        ("ement", ""), ("ment", ""), ("ent", ""), ("ion", ""), ("ou", ""), ("ism", ""), ("ate", ""), ("iti", ""),
        ("ous", ""), ("ive", ""), ("ize", ""),
    ]
}
