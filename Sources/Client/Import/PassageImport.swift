import HTTP
import Platform

/// Puts the records of a source into an archive through the REST API, batch by batch. Each batch is stored whole or not
/// at all, so an import that is stopped anywhere can be run again: what is there already is left out.
package struct PassageImport: Sendable {
    package struct Options: Sendable {
        /// Added to every record's own.
        package var tags: [String] = []
        /// Nothing is stored.
        package var isTrial = false
        /// A record that cannot be used is reported and left out, instead of ending the import.
        package var keepsGoing = false

        package init() {}
    }

    /// What has happened so far.
    package struct Count: Sendable, Equatable {
        package var read = 0
        package var added = 0
        /// Left out, because an equal record was there or came before.
        package var known = 0
        package var failed = 0
    }

    /// What an import asks of its surroundings.
    package struct Listener: Sendable {
        package var progress: @Sendable (Count, Double?) -> Void
        package var problem: @Sendable (ImportProblem) -> Void
        /// True when the import has to stop after the batch under way.
        package var isStopped: @Sendable () -> Bool

        package init(
            progress: @escaping @Sendable (Count, Double?) -> Void = { _, _ in },
            problem: @escaping @Sendable (ImportProblem) -> Void = { _ in },
            isStopped: @escaping @Sendable () -> Bool = { false }
        ) {
            self.progress = progress
            self.problem = problem
            self.isStopped = isStopped
        }
    }

    private let client: RoostClient
    private let archive: String?
    private let options: Options
    private let listener: Listener

    private static let mostRecords = 200
    private static let mostBytes = 1 << 20
    private static let page = 1000

    /// - Parameter archive: its id; nil in a trial without an archive yet.
    package init(
        _ client: RoostClient, archive: String?, options: Options = Options(), listener: Listener = Listener()
    ) {
        self.client = client
        self.archive = archive
        self.options = options
        self.listener = listener
    }

    /// Reads the source to its end. Throws `ImportProblem` at the first record that cannot be used (unless told to keep
    /// going), and `ClientError`; whole batches before it are stored then.
    package func callAsFunction(_ source: inout some ImportSource) async throws -> Count {
        var known = try await importIDs()
        var count = Count()
        var batch: [ImportRecord] = []
        var bytes = 0
        while !listener.isStopped() {
            var record: ImportRecord?
            do {
                record = try source.next()
            } catch let problem as ImportProblem {
                try await store(&batch, &count)
                try leaveOut(problem, &count)
                continue
            }
            guard var record else { break }
            count.read += 1
            if known.insert(record.importID).inserted {
                record.tags = (record.tags + options.tags).uniqued
                batch.append(record)
                bytes += record.text.utf8.count
            } else {
                count.known += 1
            }
            if batch.count >= Self.mostRecords || bytes >= Self.mostBytes {
                try await store(&batch, &count)
                bytes = 0
            }
            if count.read.isMultiple(of: Self.mostRecords) { listener.progress(count, source.progress) }
        }
        try await store(&batch, &count)
        listener.progress(count, source.progress)
        return count
    }

    private func leaveOut(_ problem: ImportProblem, _ count: inout Count) throws {
        guard options.keepsGoing, !problem.endsSource else { throw problem }
        count.read += 1
        count.failed += 1
        listener.problem(problem)
    }

    // MARK: Storing

    private func store(_ batch: inout [ImportRecord], _ count: inout Count) async throws {
        let records = batch
        batch = []
        guard !records.isEmpty else { return }
        guard let archive, !options.isTrial else {
            count.added += records.count
            return
        }
        do {
            try await send(records, to: archive)
            count.added += records.count
        } catch let error as ClientError where error.isAboutTheRequest {
            // One of them is at fault: find out which.
            for record in records {
                do {
                    try await send([record], to: archive)
                    count.added += 1
                } catch let error as ClientError where error.isAboutTheRequest {
                    count.read -= 1
                    try leaveOut(ImportProblem(record.place, error.description), &count)
                }
            }
        }
    }

    private func send(_ records: [ImportRecord], to archive: String) async throws {
        let body = JSONValue.object(JSONObject([("passages", .array(records.map(\.body)))]))
        try await client.call(.post, "/v1/archives/\(percentEncoded(archive))/passages/batch", body: body)
    }

    /// The `import_id` of everything in the archive.
    private func importIDs() async throws -> Set<String> {
        guard let archive else { return [] }
        var known: Set<String> = []
        var after: String?
        while true {
            var query = [("limit", String(Self.page)), ("ascending", "true")]
            if let after { query.append(("after", after)) }
            let reply = try await client.get("/v1/roost/archives/\(percentEncoded(archive))/passages", query: query)
            let passages = reply.array ?? []
            for passage in passages {
                if let id = passage["metadata"]?[ImportRecord.idMember]?.string { known.insert(id) }
            }
            guard passages.count == Self.page, let last = passages.last?["id"]?.string else { return known }
            after = last
        }
    }
}

extension ClientError {
    /// The request was refused for what it said; the next one may be fine.
    fileprivate var isAboutTheRequest: Bool { status.map { [400, 413, 422].contains($0) } ?? false }
}
