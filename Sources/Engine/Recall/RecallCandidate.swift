package import Platform

/// A text that may answer a question: a passage, a note, a message.
package struct RecallCandidate: Sendable {
    /// What the caller knows it by.
    package var key: Int
    package var text: String
    package var time: Timestamp
    /// Who said it, for a message. Without, a label in the text itself counts, as in `Ann: see you there`.
    package var speaker: String?
    /// The cosine of its vector and the question's; nil when it has no vector, or there is no model.
    package var similarity: Float?
    /// The key of what was said or written right before it in the same archive or conversation.
    package var previous: Int?

    package init(
        key: Int, text: String, time: Timestamp, speaker: String? = nil, similarity: Float? = nil, previous: Int? = nil
    ) {
        self.key = key
        self.text = text
        self.time = time
        self.speaker = speaker
        self.similarity = similarity
        self.previous = previous
    }
}
