import Platform

/// Lets one run at a time into each conversation of this process, in the order they came. Guards who is in.
package actor ConversationQueue {
    private struct Waiting {
        let id: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private var busy: Set<String> = []
    private var waiting: [String: [Waiting]] = [:]
    private var lastID = 0

    init() {}

    /// Waits for the turn; the caller leaves with `leave`.
    /// - Parameter patience: how long to wait at most; nil: as long as it takes.
    /// - Returns: false when it took too long.
    /// - Throws: `CancellationError` when the task is cancelled before.
    func enter(_ key: String, patience: Duration? = nil) async throws -> Bool {
        if busy.insert(key).inserted { return true }
        lastID += 1
        let id = lastID
        let impatience = patience.map { patience in
            Task {
                // Cancelled when the wait is over.
                do { try await Task.sleep(for: patience) } catch { return }
                self.giveUp(id, key)
            }
        }
        let entered = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: false)
                } else {
                    waiting[key, default: []].append(Waiting(id: id, continuation: continuation))
                }
            }
        } onCancel: {
            Task { await self.giveUp(id, key) }
        }
        impatience?.cancel()
        if !entered { try Task.checkCancellation() }
        return entered
    }

    /// False when somebody is in.
    func enterNow(_ key: String) -> Bool { busy.insert(key).inserted }

    func leave(_ key: String) {
        guard var line = waiting[key], !line.isEmpty else {
            busy.remove(key)
            return
        }
        let next = line.removeFirst()
        waiting[key] = line.isEmpty ? nil : line
        next.continuation.resume(returning: true)
    }

    /// How many wait for a turn.
    func waitingCount(_ key: String) -> Int { waiting[key]?.count ?? 0 }

    private func giveUp(_ id: Int, _ key: String) {
        guard let index = waiting[key]?.firstIndex(where: { $0.id == id }),
            let entry = waiting[key]?.remove(at: index)
        else { return }
        if waiting[key]?.isEmpty == true { waiting[key] = nil }
        entry.continuation.resume(returning: false)
    }
}
