import Platform

/// The change feed's entries; ours.
package enum ChangeSchemas {
    package static let change = Schema.object(
        "Change",
        [
            .required("seq", .integer(minimum: 1), note: "Cursor; grows, with gaps."),
            .required("kind", .string()),
            .required("action", .string()),
            .required("id", .string()),
            .maybe("agent_id", .string()),
            .maybe("archive_id", .string()),
            .maybe("label", .string()),
            .maybe("project_id", .string()),
            .maybe("actor_id", .string()),
            .required("created_at", .string(.dateTime)),
        ])

    package static let page = Schema.object(
        "ChangePage",
        [
            .required("changes", .array(change)),
            .required("cursor", .integer(minimum: 0), note: "The next page's `after`."),
            .required("oldest", .integer(minimum: 0)),
            .required("newest", .integer(minimum: 0)),
        ])
}
