import Platform

/// Archives and passages as the contract spells them (`Archive`, `Passage`, their requests and search results).
package enum ArchiveSchemas {
    package static let archive = Schema.object(
        "Archive",
        [
            .required("id", .string(.identifier(.archive))),
            .required("name", .string()),
            .required("organization_id", .string(.identifier(.organization))),
            .maybe("description", .string()),
            .optional("vector_db_provider", .enumeration(["native", "tpuf", "pinecone"])),
            .maybe("embedding_config", .freeObject),
            .maybe("metadata", .freeObject),
            .required("created_at", .string(.dateTime)),
            .maybe("updated_at", .string(.dateTime)),
            .maybe("created_by_id", .string()),
            .maybe("last_updated_by_id", .string()),
        ])

    package static let create = Schema.object(
        "ArchiveCreateRequest",
        [
            .required("name", name),
            .maybe("description", .string()),
            .maybe("embedding", .string(.length(minimum: 1, maximum: 500))),
            .maybe("embedding_config", .freeObject),
        ])

    package static let update = Schema.object(
        "ArchiveUpdateRequest",
        [
            .maybe("name", name),
            .maybe("description", .string()),
            .maybe("metadata", .freeObject, note: "Ours."),
        ])

    private static let name = Schema.string(.length(minimum: 1, maximum: 500))

    package static let passage = Schema.object("Passage", passageFields)

    package static let passageWithProvenance = Schema.object(
        "RoostPassage",
        passageFields + [
            .required("version", .integer(minimum: 1), note: "For expected_version; grows with every change."),
            .required("provenance", provenance),
        ])

    private static let passageFields: [Field] = [
        .required("id", .string(.identifier(.passage))),
        .required("text", .string()),
        .required("embedding", .nullable(.array(.number()))),
        .required("embedding_config", .nullable(.freeObject)),
        .maybe("archive_id", .string(.identifier(.archive))),
        .maybe("source_id", .string()),
        .maybe("file_id", .string()),
        .maybe("file_name", .string()),
        .maybe("metadata", .freeObject),
        .maybe("tags", .array(.string())),
        .optional("is_deleted", .boolean),
        .maybe("created_at", .string(.dateTime)),
        .maybe("updated_at", .string(.dateTime)),
        .maybe("created_by_id", .string()),
        .maybe("last_updated_by_id", .string()),
    ]

    private static let newPassage: [Field] = [
        .required("text", .string(.length(minimum: 1))),
        .maybe("tags", tags),
        .maybe("metadata", .freeObject, note: "Its `type` becomes the tag `type:…` too."),
        .maybe("created_at", .string(.dateTime)),
        .maybe("provenance", provenance, note: "Where it came from; ours."),
    ]

    package static let provenance = Schema.object(
        "Provenance",
        [
            .maybe("source", word, note: "Which door it came in by: api, mcp, hook, import, agent."),
            .maybe("session", word),
            .maybe("tool", word),
            .maybe("file", .string(.length(maximum: 4096))),
            .maybe("trust", trust, note: "Whose words these are."),
        ])

    private static let word = Schema.string(.length(minimum: 1, maximum: 500))
    package static let trust = Schema.enumeration(["user", "assistant", "tool", "web"])

    private static let tags = Schema.array(.string(.length(minimum: 1, maximum: 500)), maximumCount: 1000)

    package static let createPassage = Schema.object("PassageCreateRequest", newPassage)
    package static let createMemory = Schema.object("CreateArchivalMemory", newPassage)

    package static let createPassages = Schema.object(
        "PassageBatchCreateRequest",
        [.required("passages", .array(createPassage, maximumCount: 10_000))])

    package static let updateMemory = Schema.object(
        "UpdateArchivalMemory",
        [
            .maybe("text", .string(.length(minimum: 1))),
            .maybe("tags", tags),
            .maybe("metadata", .freeObject, note: "Replaces all of it."),
            .maybe("expected_version", .integer(minimum: 1), note: "A stale write is refused with 409; ours."),
        ])

    package static let memorySearch = Schema.object(
        "ArchivalMemorySearchResponse",
        [
            .required("results", .array(memoryResult)), .required("count", .integer(minimum: 0)),
            .required("mode", SearchSchemas.mode, note: "`text`: no embedding model took part; ours."),
        ])

    private static let memoryResult = Schema.object(
        "ArchivalMemorySearchResult",
        [
            .required("id", .string(.identifier(.passage))),
            .required("timestamp", .string()),
            .required("content", .string()),
            .optional("tags", .array(.string())),
            .required("text", .string(), note: "As `content`; ours."),
            .required("score", .number(minimum: 0, maximum: 1), note: "Ours."),
            .required("metadata", .freeObject, note: "Ours."),
            .required("why", .array(.string()), note: "What matched; ours."),
            .required("relevant", .boolean, note: "False: most likely nothing to do with the question; ours."),
            .required("provenance", provenance, note: "Ours."),
        ])

    package static let search = Schema.object(
        "PassageSearchRequest", searchFilters + [.maybe("limit", .integer(minimum: 1, maximum: 100))])

    package static let searchFilters: [Field] = [
        .maybe("query", .string()),
        .maybe("agent_id", .string(.identifier(.agent)), note: "Wins over archive_id."),
        .maybe("archive_id", .string(.identifier(.archive)), note: "Without either: everything."),
        .maybe("tags", .array(.string())),
        .maybe("tag_match_mode", .enumeration(["any", "all"])),
        .maybe("start_date", .string(.dateTime)),
        .maybe("end_date", .string(.dateTime), note: "A date without a time means the whole day."),
        .maybe("metadata", .freeObject, note: "Members that the passage's metadata must have; ours."),
        .maybe("trust", .array(trust), note: "Only passages in the words of one of these; ours."),
    ]

    package static let searchResult = Schema.object(
        "PassageSearchResult",
        [
            .required("passage", passage),
            .required("score", .number(minimum: 0, maximum: 1)),
            .required("relevant", .boolean, note: "False: most likely nothing to do with the question; ours."),
            .required("provenance", provenance, note: "Ours."),
            .optional("metadata", .freeObject),
        ])
}
