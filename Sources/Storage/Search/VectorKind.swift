/// Kinds of texts that have vectors, and the tables of each: the texts, their vectors, the log of changed vectors, and
/// the texts that wait for theirs. What owns a text, an archive or an agent, is what a search is mostly narrowed to.
package enum VectorKind: Sendable, Hashable, CaseIterable {
    case passages, messages

    private func choose(_ passages: SQL, _ messages: SQL) -> SQL { self == .passages ? passages : messages }

    var texts: SQL { choose("passages", "messages") }
    /// What a query calls the table of the texts.
    var alias: SQL { choose("p", "m") }
    var owners: SQL { choose("archives", "agents") }
    var vectors: SQL { choose("passage_vectors", "message_vectors") }
    var changes: SQL { choose("vector_changes", "message_vector_changes") }
    var queue: SQL { choose("embedding_queue", "message_embedding_queue") }
    /// The column of the last three that names the text.
    var textKey: SQL { choose("passage_key", "message_key") }
    /// The column of all that names the owner.
    var ownerKey: SQL { choose("archive_key", "agent_key") }
    /// The owner's column with the model whose vectors are searched.
    var ownerModel: SQL { choose("model_key", "message_model_key") }

    /// The model that takes its place, in a query of the owners `a`; only archives have one.
    var ownerNextModel: SQL { choose("a.next_model_key", "NULL") }

    /// Of a vector index's file, after the model's number.
    var fileSuffix: String { self == .passages ? ".index" : ".messages.index" }
}
