extension Cues {
    /// What counts for what: docs/design/hooks.md, "The summary of a session".
    static let lists: [(kinds: Kinds, words: [String])] = [
        (
            .chatter,
            [
                "i'll", "i will", "let me", "let's", "now", "next", "first", "then", "i'm going", "i am going",
                "i need", "i should", "i can", "i could", "i want", "sure", "great", "perfect", "okay", "ok",
                "you're right", "you are right", "good", "looking", "here's", "here is", "here are", "would you",
                "do you", "should i", "if you", "feel free", "want me", "thanks", "sorry", "i apologize",
                "to do this", "wait", "hmm", "i see", "time to", "checking", "running", "we need to", "we should",
                "we can", "you can", "you could", "you may", "api error", "the plan", "plan", "todo", "step",
            ]
        ),
        (
            .hedge,
            [
                "maybe", "perhaps", "might", "probably", "i think", "i guess", "i believe", "not sure", "seems",
                "seem", "possibly", "could be", "may be", "likely", "suspect", "appears", "presumably", "unclear",
                "if this", "if that", "let me know",
            ]
        ),
        (
            .strongLesson,
            [
                "root cause", "the cause was", "the cause is", "was caused by", "were caused by", "is caused by",
                "the problem was", "the issue was", "the bug was", "the reason was", "turned out", "turns out",
                "the fix was", "the fix is", "lesson", "gotcha", "pitfall", "workaround", "only works when",
                "only works if", "silently", "never set", "the culprit", "the catch", "the trick",
            ]
        ),
        (
            .lesson,
            [
                "must", "always", "never", "requires", "require", "only", "caused", "fixed", "fails", "failed",
                "doesn't support", "does not support", "before", "instead", "need", "needs", "deadlock", "race",
                "leak", "important", "note that", "otherwise", "unless", "ignored", "ignores", "stale", "flaky",
            ]
        ),
        (
            .strongDecision,
            [
                "decided", "decision", "chose", "settled on", "went with", "going with", "opted for", "agreed",
                "trade off", "tradeoff", "by design", "deliberately", "on purpose", "intentionally",
            ]
        ),
        (
            .decision,
            [
                "instead of", "rather than", "replaced", "switched", "over", "keeps", "kept", "we use", "uses",
                "moved", "migrated", "in favor of",
            ]
        ),
        (
            .outcome,
            [
                "added", "fixed", "changed", "removed", "moved", "renamed", "implemented", "replaced", "updated",
                "created", "wrote", "refactored", "split", "extracted", "now", "works", "pass", "passes", "passed",
                "done", "finished", "deleted", "merged", "migrated", "returns", "bumped", "reverted", "documented",
                "covers",
            ]
        ),
        (
            .standing,
            [
                "always", "never", "from now on", "prefer", "i like", "i'd rather", "remember that", "remember to",
                "please remember", "we use", "we don't use", "we do not use", "in this project", "in this repo",
                "in this repository", "in this codebase", "whenever", "by convention", "our convention", "as a rule",
                "every time", "don't ever", "our style", "house style", "in the future",
            ]
        ),
        (
            .correction,
            [
                "no", "not", "wrong", "that's wrong", "that's not", "that is not", "that is wrong", "actually",
                "stop", "don't", "do not", "undo", "revert", "instead", "you forgot", "please don't", "i said",
                "i meant",
            ]
        ),
        (.reason, ["because", "since"]), (.purpose, ["so that"]), (.passing, ["pass", "passes", "passed", "green"]),
        (.vague, ["it", "this", "that", "these", "those", "they", "he", "she"]), (.no, ["no"]),
        (.request, ["use", "we", "should", "must"]),
    ]

    static let all = Cues(lists)
}
