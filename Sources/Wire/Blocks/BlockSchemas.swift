import Platform

/// Blocks as the contract spells them (`BlockResponse`, `CreateBlock`, `BlockUpdate`).
package enum BlockSchemas {
    package static let block = Schema.object(
        "BlockResponse",
        [
            .required("id", .string(.identifier(.block))),
            .required("value", .string()),
            .required("limit", .integer(), note: "Characters that the value may have."),
            .maybe("label", .string()),
            .optional("read_only", .boolean),
            .maybe("description", .string()),
            .maybe("metadata", .freeObject),
            .maybe("tags", .array(.string())),
            .maybe("project_id", .string()),
            .optional("is_template", .boolean),
            .maybe("template_name", .string()),
            .maybe("template_id", .string()),
            .maybe("base_template_id", .string()),
            .maybe("deployment_id", .string()),
            .maybe("entity_id", .string()),
            .maybe("preserve_on_migration", .boolean),
            .maybe("hidden", .boolean),
            .maybe("created_by_id", .string()),
            .maybe("last_updated_by_id", .string()),
            .required("version", .integer(minimum: 1), note: "For expected_version and If-Match; ours."),
            .required("created_at", .string(.dateTime), note: "Ours."),
            .required("updated_at", .string(.dateTime), note: "Ours."),
        ])

    package static let create = Schema.object(
        "CreateBlock",
        [
            .required("label", .string(.length(minimum: 1, maximum: maximumLabelLength))),
            .required("value", .nullable(.string())),
            .maybe("limit", limit),
        ] + shared)

    package static let update = Schema.object(
        "BlockUpdate",
        [
            .maybe("label", .string(.length(minimum: 1, maximum: maximumLabelLength))),
            .maybe("value", .string()),
            .maybe("limit", limit),
            .maybe("expected_version", .integer(minimum: 1), note: "A stale write is refused with 409; ours."),
        ] + shared)

    package static let revision = Schema.object(
        "BlockRevision",
        [
            .required("sequence", .integer(), note: "Cursor for `before`."),
            .required("block_id", .string(.identifier(.block))),
            .required("version", .integer(minimum: 1)),
            .maybe("label", .string()),
            .required("value", .string()),
            .maybe("description", .string()),
            .required("limit", .integer()),
            .required("action", .enumeration(["updated", "deleted"])),
            .maybe("actor_id", .string()),
            .required("source", .string()),
            .maybe("session", .string()),
            .maybe("tool", .string()),
            .required("changed_at", .string(.dateTime)),
        ])

    package static let maximumLabelLength = 500
    private static let limit = Schema.integer(minimum: 1, maximum: 100_000_000)

    private static let shared: [Field] = [
        .maybe("read_only", .boolean),
        .maybe("description", .string()),
        .maybe("metadata", .freeObject),
        .maybe("tags", .array(.string(.length(minimum: 1, maximum: 500)), maximumCount: 1000)),
        .maybe("project_id", .string()),
        .maybe("is_template", .boolean),
        .maybe("template_name", .string()),
        .maybe("template_id", .string()),
        .maybe("base_template_id", .string()),
        .maybe("deployment_id", .string()),
        .maybe("entity_id", .string()),
        .maybe("preserve_on_migration", .boolean),
        .maybe("hidden", .boolean),
    ]
}
