/// Looks for damage in the files of the vector indexes. A damaged one is removed: it is written anew when it is needed.
struct VectorCheck {
    let file: SQLiteFile

    /// What was removed, in words.
    func run() throws -> [String] {
        let folder = VectorFolder(database: file.path)
        return folder.files.compactMap { name in
            let isWhole = VectorFile(folder.file(name), VectorMemory(budget: .max))?.isWhole() ?? false
            if isWhole { return nil }
            folder.remove(name)
            return "A file of the vector index was damaged. It was removed and will be written anew when it is needed."
        }
    }

    /// Removes all files.
    func removeAll() {
        let folder = VectorFolder(database: file.path)
        for name in folder.files { folder.remove(name) }
    }
}
