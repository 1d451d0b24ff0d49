import HTTP
import Platform

/// Keeps the memory of one project alike in two stores: docs/design/sync.md.
package struct Sync: Sendable {
    package enum Direction: String, Sendable, CaseIterable {
        case both, push, pull

        func writes(_ place: SyncPlace) -> Bool {
            switch self {
            case .both: true
            case .push: place == .remote
            case .pull: place == .local
            }
        }
    }

    package let local: ToolSession
    package let remote: ToolSession
    /// Where it is kept what both had in common: `HOME/sync`.
    package let folder: String
    package var direction = Direction.both
    /// Tells what would be done, and does nothing.
    package var isDry = false

    package init(local: ToolSession, remote: ToolSession, folder: String) {
        self.local = local
        self.remote = remote
        self.folder = folder
    }

    /// Of changes that come while it runs it takes so many helpings.
    private static let mostRounds = 8

    /// Goes on until both are the same, or what is left has to wait. May be ended at any point and run again.
    /// - Throws: `ClientError`, `ToolError` when a side does not answer; what was done until then is noted.
    package func run() async throws -> SyncReport {
        var report = SyncReport()
        let found = (try await local.agent(forReading: nil), try await remote.agent(forReading: nil))
        if found.0 == nil, found.1 == nil {
            report.hasNoMemory = true
            return report
        }
        if isDry, found.0 == nil || found.1 == nil {
            report.wait("\(found.0 == nil ? "local" : "server"): make the memory of this project, and copy all of it")
            return report
        }
        let (here, there, project) = try await sides(found.0, found.1)
        if try await here.isSameStore(as: there) {
            throw ClientError(
                "\(there.client.transport.place) works on the same file as this program, so there is nothing to synchronize. "
                    + "Name another server with --server.")
        }
        let path = try await statePath(here, there, project)
        guard let lock = try await BlockingThread.run(name: "sync-lock", { try HeldFileLock(path + ".lock") }) else {
            report.isElsewhere = true
            return report
        }
        defer { withExtendedLifetime(lock) {} }
        var state = try SyncState(path: path, isWritten: !isDry)
        for number in 1...Self.mostRounds {
            var round = SyncRound(
                local: here, remote: there, project: project, direction: direction, isDry: isDry, state: state,
                report: report)
            let isDone = try await round.run()
            (state, report) = (round.state, round.report)
            if isDone { break }
            if number == Self.mostRounds, let refusal = round.refusal { report.problems.append(refusal) }
        }
        return report
    }

    // MARK: Whose memory

    /// The agents of both sides; that of a side without one is made, unless nothing is to be written there.
    private func sides(_ here: MemoryAgent?, _ there: MemoryAgent?) async throws -> (SyncSide, SyncSide, String) {
        let name = await local.projectName()
        return (
            SyncSide(place: .local, client: try await local.client(), agentID: try await id(here, local, .local)),
            SyncSide(place: .remote, client: try await remote.client(), agentID: try await id(there, remote, .remote)),
            name ?? here?.project ?? there?.project ?? here?.name ?? ""
        )
    }

    private func id(_ agent: MemoryAgent?, _ session: ToolSession, _ place: SyncPlace) async throws -> String {
        if let agent { return agent.id }
        guard direction.writes(place) else {
            throw ClientError(
                "The \(place == .local ? "local file" : "server") has no memory of this project yet. A run that writes "
                    + "there makes it.", status: 404)
        }
        return try await session.agent(forWriting: nil).id
    }

    /// One file for each pair of agents: another agent is another beginning.
    private func statePath(_ here: SyncSide, _ there: SyncSide, _ project: String) async throws -> String {
        try FileText.makeFolder(folder)
        let readable = String(project.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }.prefix(40))
        let digest = StableKey.of("\(here.agentID) \(there.agentID)").prefix(12)
        return "\(folder)/\(readable)-\(digest).json"
    }
}
