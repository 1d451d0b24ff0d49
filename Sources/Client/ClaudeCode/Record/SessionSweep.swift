import Glibc
import Platform

/// Goes through the files of other sessions: what a killed one left is written, what nobody needs any more is removed.
struct SessionSweep: Sendable {
    let recording: SessionRecording

    /// A session that is quiet for so long may be over.
    static let quietSeconds = 600.0
    /// A session that is resumed later is read anew, and stores nothing twice.
    static let keptSeconds = 14.0 * 86_400
    private static let mostSessions = 4

    private var folder: String { SessionFile.folder(home: recording.surroundings.home) }
    /// One for each memory: the sessions of another are not looked at from here.
    private var marker: String { folder + "/.swept-" + StableKey.of([recording.surroundings.place]).prefix(16) }

    /// What became of what it sent.
    func run() async throws -> [DeliveryRun.Outcome] {
        let now = Double(recording.surroundings.now.microseconds) / 1_000_000
        // A clock that was ahead must not hide the sessions since.
        let swept = Self.modified(marker).flatMap { $0 <= now ? $0 : nil } ?? 0
        var outcomes: [DeliveryRun.Outcome] = []
        var last = swept
        for (path, modified) in sessions() where path != recording.file.path {
            if modified < now - Self.keptSeconds {
                try remove(path)
            } else if modified <= now - Self.quietSeconds, modified >= swept - 1 {
                guard outcomes.count < Self.mostSessions, ContinuousClock.now < recording.until - .milliseconds(700)
                else {
                    break
                }
                if let outcome = try await finish(path) { outcomes.append(outcome) }
                last = max(last, modified)
            }
        }
        if last > swept { try mark(last) }
        return outcomes
    }

    /// The oldest first.
    private func sessions() -> [(path: String, modified: Double)] {
        let found = FileText.names(in: folder).compactMap { name -> (path: String, modified: Double)? in
            guard name.hasSuffix(".json"), let modified = Self.modified(folder + "/" + name) else { return nil }
            return (folder + "/" + name, modified)
        }
        return found.sorted { $0.modified < $1.modified }
    }

    private static func modified(_ path: String) -> Double? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
    }

    /// Writes what is left of a session. Nil when there was nothing to do.
    private func finish(_ path: String) async throws -> DeliveryRun.Outcome? {
        let file = SessionFile(path: path)
        let record = SessionRecord(file.read()[SessionRecord.part])
        let isUnread = record.transcript.map { TranscriptFile(path: $0).size > record.offset } ?? false
        guard record.isUnwritten || (isUnread && !record.began.isEmpty) else { return nil }
        guard let identity = record.identityOfMemory, identity.place == recording.surroundings.place else {
            return nil
        }
        let name = Self.name(path, in: folder)
        let before = recording.surroundings
        let memory =
            identity.scope == (await recording.identity()).scope
            ? before.memory : ToolSession(scope: identity.scope) { try await before.memory.client() }
        let surroundings = HookSurroundings(
            home: before.home, folder: identity.scope.folder ?? before.folder, memory: memory, options: before.options,
            now: before.now, place: before.place)
        let other = SessionRecording(session: name, file: file, surroundings: surroundings, until: recording.until)
        try await other.take(nil, withSummary: true)
        let outcome = try await other.deliver()
        if let problem = outcome.problem { throw problem }
        // Nobody looks at this session again: what is left waits with the rest.
        _ = try other.putOff(nil)
        return outcome
    }

    private static func name(_ path: String, in folder: String) -> String {
        String(path.dropFirst(folder.count + 1).dropLast(5))
    }

    /// What it has not written goes to the outbox first, whosever memory it is for; without room there it stays.
    private func remove(_ path: String) throws {
        let isRemoved = try FileLock.hold(path + ".lock") {
            var record = SessionRecord(SessionFile(path: path).read()[SessionRecord.part])
            if let identity = record.identityOfMemory {
                let session = Self.name(path, in: folder)
                SessionNotes(session: session, identity: identity, now: recording.surroundings.now).write(&record)
            }
            guard try recording.outbox.add(record.pending) == 0 else { return false }
            unlink(path)
            return true
        }
        if isRemoved { unlink(path + ".lock") }
    }

    /// Sessions that were quiet before this moment are not looked at again until they change.
    private func mark(_ seconds: Double) throws {
        try FileText.writePrivate([], to: marker)
        let time = timespec(tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
        // Without it they are looked at again.
        _ = [time, time].withUnsafeBufferPointer { utimensat(AT_FDCWD, marker, $0.baseAddress, 0) }
    }
}
