import Glibc
import Platform

/// Reads what a project's own files say of its stack, layout and commands. Files that are odd are read as far as they make
/// sense; none is run.
struct ProjectScan: Sendable {
    private let folder: String
    private static let largest = 1 << 20

    init(folder: String) { self.folder = folder }

    var facts: ProjectFacts {
        let ignored = IgnoreRules(folder: folder, files: [".gitignore", ".roostignore"])
        let names = FileText.names(in: folder)
        let folders = names.filter { name in
            !name.hasPrefix(".") && !Self.made.contains(name) && isFolder(name)
                && !ignored.ignores(name, isFolder: true)
        }
        var facts = Self.facts(names) { text(of: $0) }
        for place in folders.prefix(30) {
            let path = folder + "/" + place
            var inner = Self.facts(FileText.names(in: path)) { text(of: place + "/" + $0) }
            inner.guides = []
            // Of a folder of examples or fixtures that is its own affair.
            if !Self.aside.contains(place.lowercased()) { facts.add(inner, from: place) }
        }
        facts.layout = folders.map { $0 + "/" }
        return facts
    }

    /// Folders that are made, or other people's.
    private static let made: Set<String> = [
        "node_modules", "target", "build", "dist", "out", "venv", "env", "vendor", "__pycache__", "coverage", "tmp",
    ]
    private static let aside: Set<String> = [
        "examples", "example", "fixtures", "test", "tests", "docs", "doc", "benchmarks", "scripts", "third_party",
    ]

    /// - Parameter text: of a file; nil when it cannot be read.
    private static func facts(_ names: [String], text: (String) -> String?) -> ProjectFacts {
        var facts = ProjectFacts()
        let has = Set(names)
        for (file, read) in manifests where has.contains(file) {
            if let text = text(file) { facts.add(read(text, has)) }
        }
        if let readme = names.first(where: { $0.lowercased().hasPrefix("readme") }), let text = text(readme) {
            facts.add(Documents.readme(text))
        }
        for guide in ["CLAUDE.md", "AGENTS.md"] where has.contains(guide) {
            if let text = text(guide) { facts.add(Documents.guide(guide, text)) }
        }
        return facts
    }

    private typealias Reader = @Sendable (_ text: String, _ names: Set<String>) -> ProjectFacts

    private static let manifests: [(file: String, read: Reader)] = [
        ("Package.swift", { text, _ in SwiftPackage.facts(text) }),
        ("package.json", NodePackage.facts),
        ("pyproject.toml", PythonProject.facts),
        ("requirements.txt", { text, names in PythonProject.requirements(text, names) }),
        ("Cargo.toml", { text, _ in RustCrate.facts(text) }),
        ("go.mod", { text, _ in GoModule.facts(text) }),
        ("pom.xml", { text, names in MavenProject.facts(text, names) }),
        ("build.gradle.kts", { text, names in GradleProject.facts(text, names) }),
        ("build.gradle", { text, names in GradleProject.facts(text, names) }),
        ("Makefile", { text, _ in Makefile.facts(text) }),
        ("docker-compose.yml", { text, _ in ComposeFile.facts(text) }),
        ("docker-compose.yaml", { text, _ in ComposeFile.facts(text) }),
        ("compose.yml", { text, _ in ComposeFile.facts(text) }),
        ("compose.yaml", { text, _ in ComposeFile.facts(text) }),
    ]

    private func text(of path: String) -> String? {
        var status = stat()
        guard stat(folder + "/" + path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= Self.largest
        else { return nil }
        // One that is not text says nothing.
        return try? FileText.readText(folder + "/" + path)
    }

    private func isFolder(_ name: String) -> Bool {
        var status = stat()
        return lstat(folder + "/" + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
