import Platform

/// Providers that users store, as the contract spells them (`Provider`, `ProviderCreate`, `ProviderUpdate`,
/// `ProviderCheck`).
package enum ProviderSchemas {
    package static let provider = Schema.object(
        "Provider",
        [
            .required("id", .string(.identifier(.provider))),
            .required("name", .string()),
            .required("provider_type", type),
            .required("provider_category", .enumeration(ModelSchemas.categories)),
            .maybe("api_key", .string(), note: "Always null: a stored key is never shown."),
            .maybe("base_url", .string()),
            .maybe("access_key", .string(), note: "Always null."),
            .maybe("region", .string()),
            .maybe("api_version", .string()),
            .maybe("updated_at", .string(.dateTime)),
            .maybe("last_synced", .string(.dateTime), note: "When it last said which models it offers."),
            .maybe("api_key_enc", .string(), note: "Always null."),
            .maybe("access_key_enc", .string(), note: "Always null."),
            .required("has_api_key", .boolean, note: "Ours."),
            .maybe("sync_error", .string(), note: "Why the last try to ask it failed; ours."),
        ])

    package static let create = Schema.object(
        "ProviderCreate",
        [.required("name", .string()), .required("provider_type", type), .maybe("api_key", key)] + members)

    package static let check = Schema.object(
        "ProviderCheck", [.required("provider_type", type), .maybe("api_key", key)] + members)

    /// All members may be left out; the contract demands the key.
    package static let update = Schema.object("ProviderUpdate", [.maybe("api_key", key)] + members)

    package static let message = Schema.object("ProviderMessage", [.required("message", .string())])

    private static let type = Schema.enumeration(ModelSchemas.providerTypes)
    private static let key = Schema.string(.length(maximum: 10_000))

    private static let members: [Field] = [
        .maybe("access_key", key),
        .maybe("region", .string(.length(maximum: 1000))),
        .maybe("base_url", .string(.length(maximum: 2000))),
        .maybe("api_version", .string(.length(maximum: 1000))),
    ]
}
