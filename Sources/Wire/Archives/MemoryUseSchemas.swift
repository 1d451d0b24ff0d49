import Platform

/// `/v1/roost/memory/stats` and `/v1/roost/memory/stale`; ours.
package enum MemoryUseSchemas {
    package static let statistics = Schema.object(
        "RoostMemoryStatistics",
        [
            .required("passages", count),
            .required("characters", count),
            .required("used", count, note: "Passages that a search found, or that were read, at least once."),
            .required("accesses", count),
            .maybe("oldest", .string(.dateTime)),
            .maybe("newest", .string(.dateTime)),
            .maybe("last_used_at", .string(.dateTime)),
            .required("by_type", .array(named)),
            .required("by_tag", .array(named), note: "Without the types."),
            .required("by_trust", .array(named)),
            .required("by_source", .array(named)),
            .required("weeks", .array(week), note: "Weeks in which something was added."),
            .required("most_used", .array(passage)),
            .required("never_used", .array(passage), note: "The oldest first."),
            .required("blocks", .array(block), note: "The largest first."),
        ])

    package static let use = Schema.object(
        "RoostMemoryUse",
        [
            .required("agent_id", .string(.identifier(.agent))),
            .required("passage_ids", .array(.string(.identifier(.passage)))),
        ])

    package static let stale = Schema.object(
        "RoostStaleMemory",
        [
            .required("before", .string(.dateTime), note: "What was made or used later is left out."),
            .required("never_used", part),
            .required("unused_lately", part),
            .required("resolved", part, note: "Their metadata say `resolved: true`."),
            .required(
                "duplicates",
                .object(
                    "RoostDuplicateMemories",
                    [.required("count", count), .required("groups", .array(duplicate))])),
        ])

    private static let count = Schema.integer(minimum: 0)

    private static let named = Schema.object(
        "RoostNamedCount", [.required("name", .string()), .required("count", count)])

    private static let week = Schema.object(
        "RoostWeek", [.required("start", .string(.dateTime), note: "A Monday."), .required("added", count)])

    private static let passage = Schema.object(
        "RoostUsedPassage",
        [
            .required("id", .string(.identifier(.passage))),
            .required("text", .string(), note: "Its beginning."),
            .required("tags", .array(.string())),
            .required("created_at", .string(.dateTime)),
            .required("accesses", count),
            .maybe("last_used_at", .string(.dateTime)),
        ])

    private static let block = Schema.object(
        "RoostUsedBlock",
        [
            .required("id", .string(.identifier(.block))),
            .required("label", .string()),
            .required("size", count),
            .required("limit", count),
            .required("accesses", count),
            .maybe("last_used_at", .string(.dateTime)),
            .required("updated_at", .string(.dateTime)),
        ])

    private static let part = Schema.object(
        "RoostStalePart", [.required("count", count), .required("passages", .array(passage))])

    private static let duplicate = Schema.object(
        "RoostDuplicate",
        [
            .required("text", .string(), note: "Its beginning."),
            .required("ids", .array(.string(.identifier(.passage))), note: "The oldest first."),
        ])
}
