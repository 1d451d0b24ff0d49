import Platform

/// What has to be done so that one block is the same on both sides.
struct BlockPlan: Sendable, Equatable {
    enum Step: Sendable, Equatable {
        case create(on: SyncPlace, SyncBlock)
        case detach(on: SyncPlace, SyncBlock)
        /// Both get this content, those that do not have it yet.
        case settle(SyncBlockContent, local: SyncBlock, remote: SyncBlock)
        /// Nothing to write, but this is what both have now; nil: neither has it.
        case note(SyncBlockContent?)
    }

    let label: String
    let step: Step
    /// A value that lost to a newer one, and is to be kept as a note.
    var lost: String?

    /// Nil when both are as they were.
    /// - Parameter start: what the block of a new project begins with.
    init?(
        _ label: String, base: SyncBlockContent?, local: SyncBlock?, remote: SyncBlock?, start: String?,
        hasGoneBack: Set<SyncPlace>
    ) {
        self.label = label
        switch (local, remote) {
        case (nil, nil):
            if base == nil { return nil }
            step = .note(nil)
        case (let left?, nil): step = Self.missing(on: .remote, left, base, hasGoneBack)
        case (nil, let right?): step = Self.missing(on: .local, right, base, hasGoneBack)
        case (let left?, let right?):
            if left.content == right.content, Self.isSame(left.content.value, right.content.value) {
                if let base, base == left.content, Self.isSame(base.value, left.content.value) { return nil }
                step = .note(left.content)
                return
            }
            let (content, lost) = Self.merged(base, left, right, start)
            step = .settle(content, local: left, remote: right)
            self.lost = lost
        }
    }

    /// A block that was taken away goes from the other side too, unless that was changed since. It is not deleted there: other
    /// agents may have it.
    private static func missing(
        on place: SyncPlace, _ other: SyncBlock, _ base: SyncBlockContent?, _ hasGoneBack: Set<SyncPlace>
    ) -> Step {
        if let base, base == other.content, isSame(base.value, other.content.value), !hasGoneBack.contains(place) {
            return .detach(on: place.other, other)
        }
        return .create(on: place, other)
    }

    static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

    private static func merged(
        _ base: SyncBlockContent?, _ left: SyncBlock, _ right: SyncBlock, _ start: String?
    ) -> (SyncBlockContent, lost: String?) {
        let isLocalNewer = (left.updatedAt, left.content.value) > (right.updatedAt, right.content.value)
        let merge = ThreeWayMerge(
            base: base?.value ?? start ?? "", ours: left.content.value, theirs: right.content.value)
        let value = merge.text ?? merge.text(preferring: isLocalNewer ? .ours : .theirs)
        var settings = JSONObject()
        for name in SyncBlockContent.members {
            let (ours, theirs) = (left.content.settings[name], right.content.settings[name])
            switch base?.settings[name] {
            case let old? where old == ours: settings[name] = theirs
            case let old? where old == theirs: settings[name] = ours
            default: settings[name] = isLocalNewer ? ours : theirs
            }
        }
        let lost = merge.hasConflicts ? (isLocalNewer ? right : left).content.value : nil
        return (SyncBlockContent(value: value, settings: settings), lost)
    }
}
