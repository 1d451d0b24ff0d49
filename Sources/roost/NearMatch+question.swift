import Platform

extension NearMatch {
    /// " Did you mean '…'?", or nothing.
    static func question(_ word: String, in candidates: [String], prefix: String = "") -> String {
        best(for: word, among: candidates).map { " Did you mean '\(prefix)\($0)'?" } ?? ""
    }
}
