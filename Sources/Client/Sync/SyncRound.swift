import HTTP
import Platform

/// One look at both sides, and the work that follows from it.
struct SyncRound: Sendable {
    let local: SyncSide
    let remote: SyncSide
    let project: String
    let direction: Sync.Direction
    let isDry: Bool
    var state: SyncState
    var report: SyncReport

    /// Somebody changed what was to be written, so the plan is old: look again.
    private var isOld = false
    /// Why it is old, when nothing else comes of it.
    private(set) var refusal: String?
    /// Something was written, so the other side has to be looked at once more.
    private var hasWritten = false
    /// Something is left undone, so the feeds must be read from here again.
    private var hasLeft = false

    init(
        local: SyncSide, remote: SyncSide, project: String, direction: Sync.Direction, isDry: Bool, state: SyncState,
        report: SyncReport
    ) {
        self.local = local
        self.remote = remote
        self.project = project
        self.direction = direction
        self.isDry = isDry
        self.state = state
        self.report = report
        // Told anew by each round.
        self.report.problems = []
        self.report.waiting = []
        self.report.waitingCount = 0
    }

    /// False when another round is needed.
    mutating func run() async throws -> Bool {
        var here = try await local.view(after: state.cursors[.local])
        var there = try await remote.view(after: state.cursors[.remote])
        try await complete(&here, &there)
        try await settleBlocks(here, there)
        try await settlePassages(here, there)
        if isDry { return true }
        if isOld { return false }
        if hasLeft { return !hasWritten }
        try state.complete([.local: here.cursor, .remote: there.cursor])
        return !hasWritten
    }

    /// Of each pair that one side speaks of, the other copy is read too.
    private func complete(_ here: inout SyncView, _ there: inout SyncView) async throws {
        if here.asked == nil || there.asked == nil {
            // One side is known as a whole: the pairs of the other are all needed.
            if here.asked != nil { try await local.complete(&here, Set(state.pairs.keys)) }
            if there.asked != nil { try await remote.complete(&there, Set(state.pairs.values.map(\.remote))) }
            return
        }
        let asked =
            (here.asked ?? []).compactMap { state.pair(.local, $0) }
            + (there.asked ?? []).compactMap { state.pair(.remote, $0) }
        try await local.complete(&here, Set(asked.map(\.local)).subtracting(here.asked ?? []))
        try await remote.complete(&there, Set(asked.map(\.remote)).subtracting(there.asked ?? []))
    }

    func side(_ place: SyncPlace) -> SyncSide { place == .local ? local : remote }

    /// Whether this run may write there; what it may not is told.
    mutating func mayWrite(_ place: SyncPlace, _ what: @autoclosure () -> String) -> Bool {
        if !isDry, direction.writes(place) { return true }
        hasLeft = true
        report.wait("\(place == .local ? "local" : "server"): \(what())")
        return false
    }

    /// Runs a write. What is refused is told; what is old by now is planned anew.
    mutating func attempt(_ what: String, _ work: () async throws -> Void) async throws -> Bool {
        do {
            try await work()
            hasWritten = true
            return true
        } catch let error as ClientError {
            switch error.status {
            case 409, 404:
                isOld = true
                refusal = "\(what): \(error.description)"
            case 400, 403, 413, 422:
                hasLeft = true
                report.problems.append("\(what): \(error.description)")
            default: throw error
            }
            return false
        }
    }

    mutating func count(
        _ place: SyncPlace, _ member: WritableKeyPath<SyncReport.Counts, Int>, by number: Int = 1
    ) {
        report.written[place, default: SyncReport.Counts()][keyPath: member] += number
    }

    /// Stores a note of a conflict, which goes to the other side like any other.
    mutating func addNote(_ body: JSONObject, about what: String) async throws -> Bool {
        let place = direction.writes(.local) ? SyncPlace.local : .remote
        let side = side(place)
        let key = "sync-conflict-" + StableKey.of(side.agentID + JSONValue.object(body).text)
        let path = APIPath.passages(ofAgent: side.agentID)
        return try await attempt(what) {
            do { try await side.client.call(.post, path, body: .object(body), onceFor: key) } catch let error
                as ClientError where error.status == 409
            {
                // Written by a run that was ended before it got the reply.
            }
        }
    }
}
