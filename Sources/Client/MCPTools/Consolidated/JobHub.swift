import HTTP
import Platform
import Wire

/// `letta_job_monitor`: jobs, and the runs of agents, which older servers kept as jobs.
enum JobHub {
    static let tool = Hub(
        name: "letta_job_monitor", title: "Jobs",
        description: "Background jobs and agent runs, newest first. get, cancel: job_id. list, list_active: limit?.",
        parameters: [.optional("job_id", .string(), note: "job-… or run-…"), .verbose] + PageArguments.fields,
        operations: [("list", list), ("get", get), ("cancel", cancel), ("list_active", listActive)],
        annotations: .changing
    ).tool

    private static func list(_ call: ToolCall) async throws -> Hub.Answer { try await list(call, []) }

    private static func listActive(_ call: ToolCall) async throws -> Hub.Answer {
        try await list(call, [("active", "true")])
    }

    private static func list(_ call: ToolCall, _ query: [(String, String)]) async throws -> Hub.Answer {
        let client = try await call.client()
        let page = try PageArguments(call.arguments, most: 1000)
        var found: [JSONValue] = []
        var unserved: [ClientError] = []
        for path in ["/v1/jobs/", "/v1/runs/"] {
            do { found += try await client.list(path, query: query, limit: page.offset + page.limit) } catch let error
                as ClientError
                where error.status == 501
            {
                unserved.append(error)
            }
        }
        // A server may have only one of the two.
        if unserved.count == 2 { throw unserved[0] }
        // A server whose jobs are its runs names them twice.
        var seen: Set<String> = []
        let each = found.filter { seen.insert($0["id"]?.string ?? "").inserted }
        let newest = each.sorted { ($0["created_at"]?.string ?? "") > ($1["created_at"]?.string ?? "") }
        let rows = page.part(of: newest)
        return Hub.Answer(
            "\(rows.count) jobs and runs.", data: .array(call.shown(rows, Summary.job)), count: rows.count,
            hints: page.hints(after: rows.count) + unserved.map(\.description))
    }

    private static func get(_ call: ToolCall) async throws -> Hub.Answer {
        let (client, path, _) = try await target(call)
        let job = try await client.get(path)
        return Hub.Answer("Status: \(job["status"]?.string ?? "unknown").", data: ShortForm.compacted(job))
    }

    private static func cancel(_ call: ToolCall) async throws -> Hub.Answer {
        let (client, path, isRun) = try await target(call)
        let job = try await client.call(isRun ? .post : .patch, path + "/cancel")
        return Hub.Answer("Cancelled.", data: Summary.job(job))
    }

    private static func target(_ call: ToolCall) async throws -> (RoostClient, path: String, isRun: Bool) {
        let id = try call.arguments.required("job_id")
        let isRun = id.hasPrefix("run-")
        return (try await call.client(), "/v1/\(isRun ? "runs" : "jobs")/\(percentEncoded(id))", isRun)
    }
}
