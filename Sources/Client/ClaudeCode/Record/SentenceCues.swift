import Platform

/// What a sentence is, by the words in it: docs/design/hooks.md, "The summary of a session". Rather nothing than something
/// wrong: what is not clearly a lesson is none.
struct SentenceCues: Sendable {
    private let sentence: String
    /// Every one to four words that stand together; a set, because there are many cues.
    private let phrases: Set<String>
    private let beginnings: [String]
    private static let longestCue = 4

    init(_ sentence: String) {
        self.sentence = sentence
        let straight = String(sentence.map { $0 == "’" ? "'" : $0 })
        let words = straight.lowercased().split { !($0.isPartOfWord || $0 == "'") }
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

    /// Questions, plans, courtesies, and what its writer was not sure of.
    var isChatter: Bool {
        if sentence.hasSuffix("?") || sentence.hasSuffix(":") || sentence.hasSuffix("…") { return true }
        return begins(Self.chatter) || has(Self.hedges)
    }

    private static let chatter = [
        "i'll", "i will", "let me", "let's", "now", "next", "first", "then", "i'm going", "i am going", "i need",
        "i should",
        "i can", "i could", "i want", "sure", "great", "perfect", "okay", "ok", "you're right", "you are right", "good",
        "looking", "here's", "here is", "here are", "would you", "do you", "should i", "if you", "feel free", "want me",
        "thanks", "sorry", "i apologize", "to do this", "wait", "hmm", "i see", "time to", "checking", "running",
        "we need to",
        "we should", "we can", "you can", "you could", "you may", "api error", "the plan", "plan", "todo", "step",
    ]
    private static let hedges = [
        "maybe", "perhaps", "might", "probably", "i think", "i guess", "i believe", "not sure", "seems", "seem",
        "possibly",
        "could be", "may be", "likely", "suspect", "appears", "presumably", "unclear", "if this", "if that",
        "let me know",
    ]

    /// Something to act on in another session: a decision or a lesson. Nil for everything else.
    var finding: String? {
        guard Sentences.lengths.contains(sentence.count), !isChatter, Sentences.words(sentence).count >= 6 else {
            return nil
        }
        // What "it" is would not be known later.
        let isVague = begins(["it", "this", "that", "these", "those", "they", "he", "she"])
        let bonus = (isConcrete ? 1 : 0) - (isVague ? 1 : 0)
        let decision = (has(Self.strongDecisions) ? 3 : 0) + (has(Self.decisions) ? 1 : 0)
        let lesson =
            (has(Self.strongLessons) ? 3 : 0) + min(2, count(Self.lessons)) + (has(["because", "since"]) ? 1 : 0)
        if decision >= 1, decision + bonus + (has(["because", "since", "so that"]) ? 1 : 0) >= 3 { return "decision" }
        return lesson >= 1 && lesson + bonus >= 3 ? "learning" : nil
    }

    private static let strongLessons = [
        "root cause", "the cause was", "the cause is", "was caused by", "were caused by", "is caused by",
        "the problem was", "the issue was", "the bug was",
        "the reason was", "turned out", "turns out", "the fix was", "the fix is", "lesson", "gotcha", "pitfall",
        "workaround", "only works when",
        "only works if", "silently", "never set", "the culprit", "the catch", "the trick",
    ]
    private static let lessons = [
        "must", "always", "never", "requires", "require", "only", "caused", "fixed", "fails", "failed",
        "doesn't support",
        "does not support", "before", "instead", "need", "needs", "deadlock", "race", "leak", "important", "note that",
        "otherwise",
        "unless", "ignored", "ignores", "stale", "flaky",
    ]
    private static let strongDecisions = [
        "decided", "decision", "chose", "settled on", "went with", "going with", "opted for", "agreed", "trade off",
        "tradeoff",
        "by design", "deliberately", "on purpose", "intentionally",
    ]
    private static let decisions = [
        "instead of", "rather than", "replaced", "switched", "over", "keeps", "kept", "we use", "uses", "moved",
        "migrated", "in favor of",
    ]

    /// Names something of the project.
    var isConcrete: Bool {
        if sentence.contains("`") || sentence.contains(where: \.isDigitLike) || sentence.contains("_") { return true }
        return sentence.split(separator: " ").dropFirst().contains { word in
            let inner = word.dropFirst()
            return inner.contains(where: \.isCapital) || inner.dropLast().contains(".")
                || inner.dropLast().contains("/")
        }
    }

    /// What was done, for the summary: the higher, the better.
    var outcome: Int {
        guard Sentences.lengths.contains(sentence.count), !isChatter else { return 0 }
        return (has(Self.outcomes) ? 2 : 0) + (isConcrete ? 1 : 0)
            + (has(["pass", "passes", "passed", "green"]) ? 1 : 0)
    }

    private static let outcomes = [
        "added", "fixed", "changed", "removed", "moved", "renamed", "implemented", "replaced", "updated", "created",
        "wrote",
        "refactored", "split", "extracted", "now", "works", "pass", "passes", "passed", "done", "finished", "deleted",
        "merged",
        "migrated", "returns", "bumped", "reverted", "documented", "covers",
    ]

    // MARK: Words of the user

    /// Something that holds beyond this task.
    var isPreference: Bool {
        guard !sentence.hasSuffix("?"), (12...320).contains(sentence.count), Sentences.words(sentence).count >= 3 else {
            return false
        }
        return has(Self.standing) || (begins(["no"]) && has(["use", "we", "should", "must"]))
    }

    private static let standing = [
        "always", "never", "from now on", "prefer", "i like", "i'd rather", "remember that", "remember to",
        "please remember", "we use",
        "we don't use", "we do not use", "in this project", "in this repo", "in this repository", "in this codebase",
        "whenever", "by convention",
        "our convention", "as a rule", "every time", "don't ever", "our style", "house style", "in the future",
    ]

    /// The user did not want what was done.
    var isCorrection: Bool {
        begins([
            "no", "not", "wrong", "that's wrong", "that's not", "that is not", "that is wrong", "actually", "stop",
            "don't", "do not",
            "undo", "revert", "instead", "you forgot", "please don't", "i said", "i meant",
        ]) && !sentence.hasSuffix("?")
    }
}
