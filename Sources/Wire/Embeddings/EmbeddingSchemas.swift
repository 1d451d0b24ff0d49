import Platform

/// How far the embedding of passages is; ours.
package enum EmbeddingSchemas {
    package static let status = Schema.object(
        "EmbeddingStatus",
        [
            .required("local", .nullable(model), note: "The model in this process."),
            .required("models", .array(usedModel), note: "Models whose vectors archives are searched by."),
            .required("passages", .integer(minimum: 0)),
            .required("embedded", .integer(minimum: 0)),
            .required("waiting", .integer(minimum: 0), note: "Passages without a vector that they should have."),
            .required("archives", .array(archive), note: "Those with work to be done, at most 100."),
            .required("last_error", .nullable(failure)),
            .required("advice", .nullable(.string()), note: "What the operator should do."),
        ])

    package static let archive = Schema.object(
        "ArchiveEmbedding",
        [
            .required("archive_id", .string(.identifier(.archive))),
            .required("name", .string()),
            .required("embedding", .nullable(.string()), note: "The handle of its configuration."),
            .required("model", .nullable(model), note: "The model whose vectors are searched."),
            .required("next_model", .nullable(model), note: "The model that takes its place when all is embedded."),
            .required("passages", .integer(minimum: 0)),
            .required("embedded", .integer(minimum: 0), note: "With a vector of next_model, or else of model."),
            .required("waiting", .integer(minimum: 0)),
        ])

    package static let reembed = Schema.object(
        "ReembedRequest",
        [
            .maybe(
                "embedding", .string(.length(minimum: 1, maximum: 500)),
                note: "The handle of another model; without it, the archive's own.")
        ])

    private static let modelFields: [Field] = [
        .required("handle", .string()),
        .required("id", .string(), note: "Changes with all that makes vectors differ."),
        .required("dimensions", .integer(minimum: 1)),
    ]

    private static let model = Schema.object("UsedEmbeddingModel", modelFields)

    private static let usedModel = Schema.object(
        "UsedEmbeddingModelState",
        modelFields + [
            .required("archives", .integer(minimum: 0), note: "How many archives are searched with it."),
            .required("available", .boolean, note: "False: these archives are searched by words only."),
        ])

    private static let failure = Schema.object(
        "EmbeddingFailure",
        [
            .required("model", .string()),
            .required("message", .string()),
            .required("at", .string(.dateTime)),
        ])
}
