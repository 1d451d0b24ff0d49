import Platform

/// `/v1/roost/search`.
package enum SearchSchemas {
    package static let request = Schema.object(
        "RoostSearchRequest",
        ArchiveSchemas.searchFilters + [
            .maybe("limit", .integer(minimum: 1, maximum: 1000), note: "Default 10."),
            .maybe("offset", .integer(minimum: 0, maximum: 1_000_000_000)),
            .maybe("relevant_only", .boolean, note: "Leaves out what most likely has nothing to do with the question."),
            .maybe(
                "mode", .enumeration(["hybrid", "text"]),
                note: "`text`: by words alone, without an embedding model. Default hybrid."),
            .maybe("counts_as_use", .boolean, note: "False: what is found does not count as used. Default true."),
            .maybe("explain", .boolean, note: "Says what was looked at, and what each part of the ranking gave."),
        ])

    package static let results = Schema.object(
        "RoostSearchResults",
        [
            .required("mode", mode, note: "`text`: no embedding model took part."),
            .required("results", .array(result)),
            .required("count", .integer(minimum: 0)),
            .optional("explanation", explanation),
        ])

    package static let mode = Schema.enumeration(["hybrid", "text", "newest"])

    private static let result = Schema.object(
        "RoostSearchResult",
        [
            .required("id", .string(.identifier(.passage))),
            .required("archive_id", .string(.identifier(.archive))),
            .required("text", .string()),
            .required("created_at", .string(.dateTime)),
            .required("tags", .array(.string())),
            .required("metadata", .freeObject),
            .required("score", .number(minimum: 0, maximum: 1), note: "The probability that it answers the question."),
            .required("relevant", .boolean),
            .required("why", .array(.string())),
            .required("provenance", ArchiveSchemas.provenance),
            .optional("parts", .map(.number()), note: "What each part of the ranking added."),
        ])

    private static let explanation = Schema.object(
        "RoostSearchExplanation",
        [
            .required(
                "words",
                .array(
                    .object(
                        "RoostSearchWord",
                        [
                            .required("text", .string()),
                            .required(
                                "passages", .integer(minimum: 0), note: "How many have it; large numbers are cut off."),
                        ]))),
            .required("passages", .integer(minimum: 0), note: "How many were looked at, about."),
            .required("by_words", .integer(minimum: 0), note: "Candidates of the text index."),
            .required("by_meaning", .integer(minimum: 0), note: "Candidates of the vector index."),
            .required("ranked", .integer(minimum: 0), note: "With what stands around the best."),
        ])
}
