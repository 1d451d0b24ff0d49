import Engine
import HTTP
import Platform
import Wire

/// `/v1/roost/embeddings` and re-embedding: which models make the vectors, and how far they are; ours.
enum EmbeddingRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/roost/embeddings", statusOperation) { context in
                let status = try await context.engine.embedding.status(by: context.caller)
                return .json { status.write(to: &$0) }
            },
            Route(.post, "/v1/roost/archives/{archive_id}/reembed", reembedOperation) { context in
                let archive = try await context.engine.embedding.reembed(
                    archive: context[parameter: "archive_id"], with: context.body.text("embedding"),
                    by: context.caller)
                return .json { archive.write(to: &$0) }
            },
        ]
    }

    private static let statusOperation = Wire.Operation(
        "embedding_status", "Which models make the vectors of passages, and how many passages wait for theirs",
        tag: "roost", success: .json(EmbeddingSchemas.status))

    private static var reembedOperation: Wire.Operation {
        var operation = Wire.Operation(
            "reembed_archive",
            "Embeds an archive again in the background, with its own model or another; it is searched meanwhile",
            tag: "roost", success: .json(EmbeddingSchemas.archive))
        operation.body = EmbeddingSchemas.reembed
        operation.bodyIsRequired = false
        operation.failures = [400, 404, 503]
        return operation
    }
}
