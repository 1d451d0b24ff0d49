import Glibc

/// Scans a file, or a folder with everything below it.
package struct FolderScan: Sendable {
    package struct Report: Sendable {
        package var findings: [ScanFinding] = []
        package var files = 0
        /// Files and folders that could not be read.
        package var unreadable: [String] = []
    }

    /// Folders of other people's code.
    private static let skipped: Set<String> = [
        ".git", "node_modules", ".venv", "venv", "__pycache__", "site-packages", ".build", "dist", "target",
    ]
    private static let largest = 2 << 20

    private let scan = SourceScan()

    package init() {}

    /// Links are not followed. Blocks while files are read.
    package func report(_ path: String) -> Report {
        var report = Report()
        var status = stat()
        guard stat(path, &status) == 0 else {
            report.unreadable.append(path)
            return report
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            var project = ProjectScan()
            walk(path, depth: 0, &report, &project)
            report.findings += project.findings()
        } else {
            var project = ProjectScan()
            read(path, &report, &project)
        }
        return report
    }

    private func walk(_ folder: String, depth: Int, _ report: inout Report, _ project: inout ProjectScan) {
        guard depth < 40, let handle = opendir(folder) else {
            report.unreadable.append(folder)
            return
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != "..", !Self.skipped.contains(name) { names.append(name) }
        }
        for name in names.sorted() {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: walk(path, depth: depth + 1, &report, &project)
            case S_IFREG where SourceScan.isOfInterest(path) && status.st_size <= Self.largest:
                read(path, &report, &project)
            default: continue
            }
        }
    }

    private func read(_ path: String, _ report: inout Report, _ project: inout ProjectScan) {
        guard let file = fopen(path, "rb") else {
            report.unreadable.append(path)
            return
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: Self.largest)
        let count = fread(&bytes, 1, bytes.count, file)
        report.files += 1
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        report.findings += scan.findings(in: text, path: path)
        project.read(text, path: path)
    }
}
