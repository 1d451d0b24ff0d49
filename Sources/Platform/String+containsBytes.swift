import Glibc

extension String {
    /// Whether another text stands in this one, byte for byte. Much faster than comparing characters.
    package func containsBytes(of other: String) -> Bool {
        var (text, sought) = (self, other)
        return text.withUTF8 { text in sought.withUTF8 { sought in Self.contains(text, sought) } }
    }

    private static func contains(_ text: UnsafeBufferPointer<UInt8>, _ sought: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = sought.first, let wanted = sought.baseAddress else { return true }
        guard var place = text.baseAddress else { return false }
        let end = place + text.count
        while end - place >= sought.count, let found = memchr(place, Int32(first), end - place - sought.count + 1) {
            if memcmp(found, wanted, sought.count) == 0 { return true }
            place = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) + 1
        }
        return false
    }
}
