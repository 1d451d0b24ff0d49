import Glibc
import Platform

/// What could not be stored yet: a file of `ROOST_HOME`, one delivery a line, the oldest first. Several processes use it at
/// once: docs/design/hooks.md, "Outbox".
package struct Outbox: Sendable {
    let home: String
    /// Bytes that it may have. What comes later is not kept, and that is said.
    var limit = 4 << 20

    private var path: String { home + "/outbox.jsonl" }
    /// What a memory refused for good, for a person to look at.
    package var rejectedPath: String { home + "/outbox.rejected.jsonl" }
    private static let rejectedLimit = 2 << 20

    /// - Parameter home: `ROOST_HOME`.
    package init(home: String) { self.home = home }

    /// How many deliveries wait, and how many were refused.
    package var counts: (waiting: Int, rejected: Int) { (Self.lines(path), Self.lines(rejectedPath)) }

    private static func lines(_ path: String) -> Int {
        // A file that cannot be read is told of by the hook that would use it.
        guard FileText.exists(path), let bytes = try? FileText.read(path, limit: 64 << 20) else { return 0 }
        return bytes.count { $0 == UInt8(ascii: "\n") }
    }

    /// Without waiting for anything.
    var isEmpty: Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_size == 0
    }

    /// Lines that are no deliveries, such as a cut one, are left out. Throws `FileError`: whoever took a file that cannot be
    /// read for an empty one would replace what waits in it.
    func read() throws -> [Delivery] {
        guard FileText.exists(path) else { return [] }
        return try FileText.read(path, limit: 64 << 20).split(separator: UInt8(ascii: "\n")).compactMap { line in
            // A line that is cut was never acknowledged.
            (try? JSONValue(parsing: Array(line))).flatMap { Delivery($0) }
        }
    }

    /// Adds what is not in it yet. How many had no room. Throws `FileError`.
    func add(_ deliveries: [Delivery]) throws -> Int {
        if deliveries.isEmpty { return 0 }
        try FileText.makeFolder(home)
        return try FileLock.hold(path + ".lock") {
            var kept = try read()
            let known = Set(kept.map(Self.name))
            let new = deliveries.filter { !known.contains(Self.name($0)) }
            var size = bytes(kept).count
            var lost = 0
            for delivery in new {
                let count = delivery.json.text.utf8.count + 1
                // One that is too long does not stand in the way of the shorter ones after it.
                if size + count > limit {
                    lost += 1
                } else {
                    size += count
                    kept.append(delivery)
                }
            }
            if !new.isEmpty { try FileText.writePrivate(bytes(kept), to: path) }
            return lost
        }
    }

    /// Sends what is for this memory. Nil when there is nothing, or another process is at it.
    func deliver(_ run: DeliveryRun, place: String) async throws -> DeliveryRun.Outcome? {
        if isEmpty { return nil }
        return try await FileLock.holdIfFree(path + ".delivery.lock") {
            let mine = try read().filter { $0.identity.place == place }
            if mine.isEmpty { return nil }
            let outcome = await run.send(mine)
            try setAside(outcome.rejected)
            try remove(outcome.done + outcome.rejected.map(\.delivery))
            return outcome
        } ?? nil
    }

    private func remove(_ deliveries: [Delivery]) throws {
        if deliveries.isEmpty { return }
        let gone = Set(deliveries.map(Self.name))
        try FileLock.hold(path + ".lock") {
            let left = try read().filter { !gone.contains(Self.name($0)) }
            if left.isEmpty { unlink(path) } else { try FileText.writePrivate(bytes(left), to: path) }
        }
    }

    /// Keeps what was refused, with the reason, out of the way of the others.
    func setAside(_ rejected: [(delivery: Delivery, reason: String)]) throws {
        if rejected.isEmpty { return }
        try FileLock.hold(path + ".lock") {
            var bytes = FileText.exists(rejectedPath) ? try FileText.read(rejectedPath, limit: 64 << 20) : []
            for (delivery, reason) in rejected {
                var object = delivery.json.object ?? JSONObject()
                object["reason"] = .string(Redaction.redacted(ShortText.preview(reason, 300)))
                let line = Array(JSONValue.object(object).text.utf8) + [UInt8(ascii: "\n")]
                if bytes.count + line.count <= Self.rejectedLimit { bytes += line }
            }
            try FileText.writePrivate(bytes, to: rejectedPath)
        }
    }

    /// The same key may have an older and a newer text.
    private static func name(_ delivery: Delivery) -> String {
        switch delivery.content {
        case .note: delivery.key
        case .update(let body): delivery.key + StableKey.of([JSONValue.object(body).text])
        case .lessons(let lines): delivery.key + StableKey.of(lines)
        }
    }

    private func bytes(_ deliveries: [Delivery]) -> [UInt8] {
        deliveries.flatMap { Array($0.json.text.utf8) + [UInt8(ascii: "\n")] }
    }
}
