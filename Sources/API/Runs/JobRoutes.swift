import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/jobs/…`: runs by their older name.
enum JobRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/jobs/", listOperation) { context in
                try await list(context, onlyOpen: context.flag("active") ?? false)
            },
            Route(.get, "/v1/jobs/active", activeOperation) { context in try await list(context, onlyOpen: true) },
            Route(.get, "/v1/jobs/{job_id}", retrieveOperation) { context in
                .job(try await context.engine.runs.find(runID(context), by: context.caller))
            },
            Route(.delete, "/v1/jobs/{job_id}", deleteOperation) { context in
                .job(try await context.engine.runs.delete(runID(context), by: context.caller))
            },
            Route(.patch, "/v1/jobs/{job_id}/cancel", cancelOperation) { context in
                .job(try await context.engine.sending.stop(runID(context), by: context.caller))
            },
        ]
    }

    /// `job-…` and `run-…` with the same uuid mean the same.
    private static func runID(_ id: String) -> String {
        id.hasPrefix("job-") ? "run-" + id.dropFirst("job-".count) : id
    }

    private static func runID(_ context: RequestContext) -> String { runID(context[parameter: "job_id"]) }

    private static func list(_ context: RequestContext, onlyOpen: Bool) async throws -> Response {
        var filter = RunFilter()
        if onlyOpen { filter.statuses = [.created, .running] }
        var page = context.page(limit: 100, ascending: false)
        page.after = page.after.map { runID($0) }
        page.before = page.before.map { runID($0) }
        let runs = try await context.engine.runs.list(filter, page, by: context.caller)
        return .list(runs) { $0.writeJob(to: &$1) }
    }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String, _ reply: Schema = RunSchemas.job) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "jobs", success: .json(reply))
        operation.failures = [404]
        return operation
    }

    private static let filters: [Wire.Operation.Parameter] =
        QueryCheck.page(limit: 100, ascending: false) + [
            .init("source_id", .string(), note: "Has no effect: no job fills a source."),
            .init("order_by", .enumeration(["created_at"])), .init("ascending", .boolean),
        ]

    private static var listOperation: Wire.Operation {
        var operation = operation("list_jobs", "Runs by their older name, newest first", .array(RunSchemas.job))
        operation.parameters = filters + [.init("active", .boolean, note: "Only jobs that are not over.")]
        return operation
    }

    private static var activeOperation: Wire.Operation {
        var operation = operation("list_active_jobs", "Jobs that are not over", .array(RunSchemas.job))
        operation.parameters = filters
        operation.isDeprecated = true
        return operation
    }

    private static var retrieveOperation: Wire.Operation { operation("retrieve_job", "One job") }

    private static var deleteOperation: Wire.Operation {
        var operation = operation("delete_job", "Deletes a job that is over")
        operation.failures = [404, 409]
        return operation
    }

    private static var cancelOperation: Wire.Operation {
        operation("cancel_job", "Stops a job; one that is over stays as it is")
    }
}

extension Response {
    fileprivate static func job(_ run: Run) -> Response { .json { run.writeJob(to: &$0) } }
}
