import Platform

/// What a sentence is, by the words in it: docs/design/hooks.md, "The summary of a session". Rather nothing than something
/// wrong: what is not clearly a lesson is none.
struct SentenceCues: Sendable {
    private let sentence: String
    /// Words as `Sentences.words` counts them.
    private let words: Int
    private let found: Cues.Kinds
    /// Of the cues that the sentence begins with.
    private let beginning: Cues.Kinds
    /// Different ones.
    private let lessons: Int

    init(_ sentence: String) {
        self.sentence = sentence
        let text = CueText(sentence)
        words = text.words
        var found: Cues.Kinds = []
        var beginning: Cues.Kinds = []
        var lessons: [Int] = []
        Cues.all.each(in: text.bytes) { cue, number, place in
            found.formUnion(cue.kinds)
            if place == 0 { beginning.formUnion(cue.kinds) }
            if cue.kinds.contains(.lesson), !lessons.contains(number) { lessons.append(number) }
        }
        self.found = found
        self.beginning = beginning
        self.lessons = lessons.count
    }

    private func has(_ kind: Cues.Kinds) -> Bool { found.contains(kind) }
    private func begins(_ kind: Cues.Kinds) -> Bool { beginning.contains(kind) }
    private func isLong(_ lengths: ClosedRange<Int>) -> Bool { lengths.contains(sentence.characters) }

    /// Questions, plans, courtesies, and what its writer was not sure of.
    var isChatter: Bool {
        if sentence.hasSuffix("?") || sentence.hasSuffix(":") || sentence.hasSuffix("…") { return true }
        return begins(.chatter) || has(.hedge)
    }

    /// Something to act on in another session: a decision or a lesson. Nil for everything else.
    var finding: String? {
        guard isLong(Sentences.lengths), !isChatter, words >= 6 else { return nil }
        // What "it" is would not be known later.
        let isVague = begins(.vague)
        let bonus = (isConcrete ? 1 : 0) - (isVague ? 1 : 0)
        let decision = (has(.strongDecision) ? 3 : 0) + (has(.decision) ? 1 : 0)
        let lesson = (has(.strongLesson) ? 3 : 0) + min(2, lessons) + (has(.reason) ? 1 : 0)
        if decision >= 1, decision + bonus + (has(.reason) || has(.purpose) ? 1 : 0) >= 3 { return "decision" }
        return lesson >= 1 && lesson + bonus >= 3 ? "learning" : nil
    }

    /// Names something of the project.
    var isConcrete: Bool {
        var sentence = sentence
        return sentence.withUTF8 { bytes in
            if bytes.contains(where: { $0 == UInt8(ascii: "`") || $0 == UInt8(ascii: "_") || $0.isDigit }) {
                return true
            }
            guard bytes.allSatisfy({ $0 < 0x80 }) else {
                return Self.isConcrete(String(decoding: bytes, as: UTF8.self))
            }
            return bytes.split(separator: UInt8(ascii: " ")).dropFirst().contains { word in
                let inner = word.dropFirst()
                return inner.contains(where: \.isUpper)
                    || inner.dropLast().contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }
            }
        }
    }

    /// Where the characters are not all ASCII.
    private static func isConcrete(_ sentence: String) -> Bool {
        if sentence.contains(where: \.isDigitLike) { return true }
        return sentence.split(separator: " ").dropFirst().contains { word in
            let inner = word.dropFirst()
            return inner.contains(where: \.isCapital) || inner.dropLast().contains(".")
                || inner.dropLast().contains("/")
        }
    }

    /// What was done, for the summary: the higher, the better.
    var outcome: Int {
        guard isLong(Sentences.lengths), !isChatter else { return 0 }
        return (has(.outcome) ? 2 : 0) + (isConcrete ? 1 : 0) + (has(.passing) ? 1 : 0)
    }

    // MARK: Words of the user

    /// Something that holds beyond this task.
    var isPreference: Bool {
        guard !sentence.hasSuffix("?"), isLong(12...320), words >= 3 else { return false }
        return has(.standing) || (begins(.no) && has(.request))
    }

    /// The user did not want what was done.
    var isCorrection: Bool {
        begins(.correction) && !sentence.hasSuffix("?")
    }
}
