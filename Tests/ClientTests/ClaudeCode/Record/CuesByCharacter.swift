import Platform

@testable import Client

/// `SentenceCues`, written for reading and not for speed: what the tests compare it with.
struct CuesByCharacter {
    private let sentence: String
    /// Every one to four words that stand together; a set, because there are many cues.
    private let phrases: Set<String>
    private let beginnings: [String]
    private static let longestCue = 4

    init(_ sentence: String) {
        self.sentence = sentence
        let straight = String(sentence.map { $0 == "’" ? "'" : $0 })
        let words = straight.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "'") }
        // Each phrase is a part of one text.
        let bytes = Array(words.joined(separator: " ").utf8)
        let ends = words.reduce(into: [-1]) { $0.append(($0.last ?? 0) + 1 + $1.utf8.count) }
        var phrases = Set<String>(minimumCapacity: words.count * Self.longestCue)
        for start in words.indices {
            for count in 1...Self.longestCue where start + count <= words.count {
                phrases.insert(String(decoding: bytes[(ends[start] + 1)..<ends[start + count]], as: UTF8.self))
            }
        }
        self.phrases = phrases
        beginnings = (1...Self.longestCue).map { words.prefix($0).joined(separator: " ") }
    }

    private func has(_ cues: [String]) -> Bool { cues.contains(where: phrases.contains) }
    private func count(_ cues: [String]) -> Int { cues.count(where: phrases.contains) }
    private func begins(_ cues: [String]) -> Bool { cues.contains(where: beginnings.contains) }

    private static func words(_ kind: Cues.Kinds) -> [String] {
        Cues.lists.filter { $0.kinds == kind }.flatMap(\.words)
    }

    /// Questions, plans, courtesies, and what its writer was not sure of.
    var isChatter: Bool {
        if sentence.hasSuffix("?") || sentence.hasSuffix(":") || sentence.hasSuffix("…") { return true }
        return begins(Self.words(.chatter)) || has(Self.words(.hedge))
    }

    /// Something to act on in another session: a decision or a lesson. Nil for everything else.
    var finding: String? {
        guard SentencesByCharacter.lengths.contains(sentence.count), !isChatter,
            SentencesByCharacter.words(sentence).count >= 6
        else {
            return nil
        }
        // What "it" is would not be known later.
        let isVague = begins(["it", "this", "that", "these", "those", "they", "he", "she"])
        let bonus = (isConcrete ? 1 : 0) - (isVague ? 1 : 0)
        let decision = (has(Self.words(.strongDecision)) ? 3 : 0) + (has(Self.words(.decision)) ? 1 : 0)
        let lesson =
            (has(Self.words(.strongLesson)) ? 3 : 0) + min(2, count(Self.words(.lesson)))
            + (has(["because", "since"]) ? 1 : 0)
        if decision >= 1, decision + bonus + (has(["because", "since", "so that"]) ? 1 : 0) >= 3 { return "decision" }
        return lesson >= 1 && lesson + bonus >= 3 ? "learning" : nil
    }

    /// Names something of the project.
    var isConcrete: Bool {
        if sentence.contains("`") || sentence.contains(where: \.isNumber) || sentence.contains("_") { return true }
        return sentence.split(separator: " ").dropFirst().contains { word in
            let inner = word.dropFirst()
            return inner.contains(where: \.isUppercase) || inner.dropLast().contains(".")
                || inner.dropLast().contains("/")
        }
    }

    /// What was done, for the summary: the higher, the better.
    var outcome: Int {
        guard SentencesByCharacter.lengths.contains(sentence.count), !isChatter else { return 0 }
        return (has(Self.words(.outcome)) ? 2 : 0) + (isConcrete ? 1 : 0)
            + (has(["pass", "passes", "passed", "green"]) ? 1 : 0)
    }

    // MARK: Words of the user

    /// Something that holds beyond this task.
    var isPreference: Bool {
        guard !sentence.hasSuffix("?"), (12...320).contains(sentence.count),
            SentencesByCharacter.words(sentence).count >= 3
        else {
            return false
        }
        return has(Self.words(.standing)) || (begins(["no"]) && has(["use", "we", "should", "must"]))
    }

    /// The user did not want what was done.
    var isCorrection: Bool {
        begins(Self.words(.correction)) && !sentence.hasSuffix("?")
    }
}
