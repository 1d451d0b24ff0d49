import HTTP
package import Platform

/// Writes a new value of a block that was made from a version somebody read. What others changed meanwhile is merged in, line by
/// line; where both changed the same lines, nothing is written unless it was said which side counts.
package struct MergingEdit: Sendable {
    package let client: RoostClient
    package let blockID: String
    /// The version that the new value was made from, and its value.
    package let base: (version: Int, value: String)
    package let value: String
    /// Decides conflicts; nil: they are refused. `ours` is the new value.
    package let side: ThreeWayMerge.Side?

    package init(
        client: RoostClient, blockID: String, base: (version: Int, value: String), value: String,
        side: ThreeWayMerge.Side? = nil
    ) {
        self.client = client
        self.blockID = blockID
        self.base = base
        self.value = value
        self.side = side
    }

    package struct Outcome: Sendable {
        /// As it is now.
        package let block: JSONValue
        /// The version of somebody else that was merged in.
        package let mergedVersion: Int?
        package let isChanged: Bool
    }

    /// Somebody else changed the same lines.
    package struct Conflict: Error, Sendable {
        package let merge: ThreeWayMerge
        package let yours: String
        package let current: BlockVersion

        /// Both sides of what differs between marks.
        package var marked: String {
            merge.marked(
                ours: "yours", theirs: "version \(current.version)" + (current.author.map { ", \($0)" } ?? ""))
        }
    }

    private static let mostAttempts = 20

    /// - Throws: `Conflict`, `ClientError`.
    package func save() async throws -> Outcome {
        var sent = value
        var expected = base.version
        var merged: Int?
        for _ in 0..<Self.mostAttempts {
            do {
                let body: JSONValue = ["value": .string(sent), "expected_version": .int(Int64(expected))]
                let block = try await client.call(.patch, APIPath.block(blockID), body: body)
                return Outcome(block: block, mergedVersion: merged, isChanged: true)
            } catch let error as ClientError where error.status == 409 {
                let block = try await client.get(APIPath.block(blockID))
                guard let current = BlockVersions.versions(block, []).first, current.version != expected else {
                    throw error
                }
                sent = try decided(current)
                if sent == current.value {
                    return Outcome(block: block, mergedVersion: current.version, isChanged: false)
                }
                (expected, merged) = (current.version, current.version)
            }
        }
        throw ClientError("The block changes faster than this edit can be merged in. Try again.", status: 409)
    }

    private func decided(_ current: BlockVersion) throws -> String {
        let merge = ThreeWayMerge(base: base.value, ours: value, theirs: current.value)
        if let text = merge.text { return text }
        guard let side else { throw Conflict(merge: merge, yours: value, current: current) }
        return merge.text(preferring: side)
    }
}
