/// Where the vector index does one thing rather than another. Tests use smaller numbers.
struct VectorTuning: Sendable {
    /// From so many changes on a newer file would be welcome.
    var manyChanges = 1000
    /// So many vectors are read rather than a file written while somebody waits for it.
    var mostRead = 2000
    /// More changes than this and than a tenth of the file are not kept beside it.
    var mostKept = 20_000
    /// More rows than this are looked at by their signs first.
    var mostByBytes = 50_000
    /// So many rows that are near by their signs are compared by their bytes.
    var nearBySigns = 1000
    /// Up to so many passages that pass a filter are scored one by one; of more, the best are looked at first.
    var mostCollected = 5000
    /// Entries of the log that stay when a file holds them, for processes that are a little behind.
    var slack = 10_000
    /// A file that is further behind is written anew, so that the log can become shorter.
    var mostBehind = 100_000
    /// Writing files takes no more than this part of the time.
    var pauseFactor = 20.0
}
