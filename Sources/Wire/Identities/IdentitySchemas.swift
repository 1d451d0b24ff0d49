import Platform

/// Identities as the contract spells them (`Identity`, `IdentityCreate`, `IdentityUpsert`, `IdentityUpdate`).
package enum IdentitySchemas {
    package static let types = ["org", "user", "other"]

    package static let identity = Schema.object(
        "Identity",
        [
            .required("id", .string(.identifier(.identity))),
            .required("identifier_key", .string()),
            .required("name", .string()),
            .required("identity_type", .enumeration(types)),
            .maybe("project_id", .string()),
            .required("agent_ids", .array(.string(.identifier(.agent)))),
            .required("block_ids", .array(.string(.identifier(.block)))),
            .optional("properties", .array(property)),
        ])

    /// Create and upsert. Name and type may be left out (wire notes, section 19).
    package static let create = Schema.object(
        "IdentityCreate",
        [
            .required("identifier_key", key),
            .maybe("name", .string(.length(minimum: 1, maximum: 1000))),
            .maybe("identity_type", .enumeration(types)),
            .maybe("project_id", .string()),
            .maybe("metadata", .freeObject, note: "Becomes properties; ours."),
        ] + links)

    package static let update = Schema.object(
        "IdentityUpdate",
        [
            .maybe("identifier_key", key),
            .maybe("name", .string(.length(minimum: 1, maximum: 1000))),
            .maybe("identity_type", .enumeration(types)),
            .maybe("metadata", .freeObject, note: "Added to the properties; ours."),
        ] + links)

    package static let properties = Schema.array(property, maximumCount: 1000)

    private static let key = Schema.string(.length(minimum: 1, maximum: 1000))

    private static let property = Schema.object(
        "IdentityProperty",
        [
            .required("key", .string(.length(maximum: 1000))),
            .required("value", .anyOf([.string(), .number(), .boolean, .freeObject])),
            .required("type", .enumeration(["string", "number", "boolean", "json"])),
        ])

    private static let links: [Field] = [
        .maybe("agent_ids", .array(.string(.identifier(.agent)), maximumCount: 10_000)),
        .maybe("block_ids", .array(.string(.identifier(.block)), maximumCount: 10_000)),
        .maybe("properties", properties),
    ]
}
