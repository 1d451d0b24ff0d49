import Domain
import Engine
import HTTP
import Platform
import Storage
import Wire

/// `/v1/roost/memory/…`: what a memory holds, what of it is used, what is stale; ours.
enum MemoryUseRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/roost/memory/stats", statisticsOperation) { context in
                let weeks = Double(context.integer("weeks") ?? 12)
                let found = try await context.engine.memoryUse.statistics(
                    ofAgent: context.text("agent_id"), since: Timestamp.now.adding(seconds: -(weeks - 1) * 7 * 86_400),
                    most: context.integer("limit") ?? 10, by: context.caller)
                return .json { found.write(to: &$0) }
            },
            Route(.get, "/v1/roost/memory/stale", staleOperation) { context in
                let before = Timestamp.now.adding(seconds: -Double(context.integer("days") ?? 90) * 86_400)
                let found = try await context.engine.memoryUse.stale(
                    ofAgent: context.text("agent_id"), before: before, most: context.integer("limit") ?? 10,
                    by: context.caller)
                return .json { Self.write(found, before, to: &$0) }
            },
            Route(.post, "/v1/roost/memory/used", useOperation) { context in
                try await context.engine.memoryUse.note(
                    context.body.texts("passage_ids") ?? [], ofAgent: context.body.text("agent_id") ?? "",
                    by: context.caller)
                return .json { $0.object { _ in } }
            },
        ]
    }

    private static func write(_ found: StalePassages?, _ before: Timestamp, to json: inout JSONWriter) {
        json.object { json in
            json.field("before", before)
            json.key("never_used")
            write(found?.neverUsed, to: &json)
            json.key("unused_lately")
            write(found?.unusedLately, to: &json)
            json.key("resolved")
            write(found?.resolved, to: &json)
            json.object("duplicates") { json in
                json.field("count", found?.duplicateCount ?? 0)
                json.array("groups") { json in
                    for group in found?.duplicates ?? [] {
                        json.object { json in
                            json.field("text", UsedPassage.beginning(of: group.text))
                            json.field("ids", group.ids)
                        }
                    }
                }
            }
        }
    }

    private static func write(_ part: StalePassages.Part?, to json: inout JSONWriter) {
        json.object { json in
            json.field("count", part?.count ?? 0)
            json.array("passages") { json in for passage in part?.passages ?? [] { passage.write(to: &json) } }
        }
    }

    // MARK: Operations

    private static let common: [Wire.Operation.Parameter] = [
        .init("agent_id", .string(.identifier(.agent)), note: "Whose memory; without it every archive."),
        .init("limit", .integer(minimum: 1, maximum: 1000), note: "Of each list; default 10."),
    ]

    private static var statisticsOperation: Wire.Operation {
        var operation = Wire.Operation(
            "memory_statistics", "What a memory holds, how it grew, and what of it is used", tag: "roost",
            success: .json(MemoryUseSchemas.statistics))
        operation.parameters =
            common + [.init("weeks", .integer(minimum: 1, maximum: 520), note: "Of growth; default 12.")]
        operation.failures = [404]
        return operation
    }

    private static var useOperation: Wire.Operation {
        var operation = Wire.Operation(
            "note_memory_use", "Notes that passages were used that a search without `counts_as_use` found",
            tag: "roost",
            success: .json(.freeObject))
        operation.body = MemoryUseSchemas.use
        operation.failures = [404]
        return operation
    }

    private static var staleOperation: Wire.Operation {
        var operation = Wire.Operation(
            "stale_memory", "Passages that were never used, not lately, are resolved, or are there twice", tag: "roost",
            success: .json(MemoryUseSchemas.stale))
        operation.parameters =
            common + [.init("days", .integer(minimum: 0, maximum: 36_500), note: "How old at least; default 90.")]
        operation.failures = [404]
        return operation
    }
}

extension MemoryUse.Statistics {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("passages", passages.passages)
            json.field("characters", passages.characters)
            json.field("used", passages.used)
            json.field("accesses", passages.accesses)
            json.field("oldest", passages.oldest)
            json.field("newest", passages.newest)
            json.field("last_used_at", passages.lastUsed)
            json.array("by_type") { json in Self.write(passages.byType, to: &json) }
            json.array("by_tag") { json in Self.write(passages.byTag, to: &json) }
            json.array("by_trust") { json in Self.write(passages.byTrust, to: &json) }
            json.array("by_source") { json in Self.write(passages.bySource, to: &json) }
            json.array("weeks") { json in
                for week in passages.weeks {
                    json.object { json in
                        json.field("start", week.start)
                        json.field("added", week.added)
                    }
                }
            }
            json.array("most_used") { json in for passage in passages.mostUsed { passage.write(to: &json) } }
            json.array("never_used") { json in for passage in passages.neverUsed { passage.write(to: &json) } }
            json.array("blocks") { json in for block in blocks { block.write(to: &json) } }
        }
    }

    private static func write(_ counts: [PassageStatistics.Count], to json: inout JSONWriter) {
        for count in counts {
            json.object { json in
                json.field("name", count.name)
                json.field("count", count.count)
            }
        }
    }
}

extension UsedPassage {
    /// Enough to know which one it is.
    fileprivate static func beginning(of text: String) -> String { String(text.unicodeScalars.prefix(300)) }

    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", passage.id)
            json.field("text", Self.beginning(of: passage.text))
            json.field("tags", passage.tags)
            json.field("created_at", passage.createdAt)
            json.field("accesses", accesses)
            json.field("last_used_at", lastUsed)
        }
    }
}

extension UsedBlock {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("label", label)
            json.field("size", size)
            json.field("limit", limit)
            json.field("accesses", accesses)
            json.field("last_used_at", lastUsed)
            json.field("updated_at", updatedAt)
        }
    }
}
