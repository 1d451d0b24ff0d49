import Platform

// One reader for each kind of file. They know the common form of it and nothing more: what they do not understand they leave out.

/// `package.json`
enum NodePackage {
    @Sendable static func facts(_ text: String, _ names: Set<String>) -> ProjectFacts {
        var facts = ProjectFacts()
        // One that is no JSON says nothing.
        guard let json = (try? JSONValue(parsing: text))?.object else { return facts }
        facts.about = json["description"]?.string
        let typed = names.contains("tsconfig.json") || json["devDependencies"]?["typescript"] != nil
        let node = json["engines"]?["node"]?.string.map { " (Node \($0))" } ?? ""
        facts.stack = [(typed ? "TypeScript" : "JavaScript") + node]
        facts.dependencies = (json["dependencies"]?.object?.members ?? []).map(\.name)
        let runner = runner(json, names)
        let scripts = json["scripts"]?.object
        for name in ["install", "build", "test", "lint", "typecheck", "dev", "start"] where scripts?[name] != nil {
            facts.commands.append("\(runner) run \(name)")
        }
        return facts
    }

    private static func runner(_ json: JSONObject, _ names: Set<String>) -> String {
        if let manager = json["packageManager"]?.string?.split(separator: "@").first,
            ["npm", "pnpm", "yarn", "bun"].contains(manager)
        {
            return String(manager)
        }
        for (lock, runner) in [
            ("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lockb", "bun"), ("bun.lock", "bun"),
        ] where names.contains(lock) { return runner }
        return "npm"
    }
}

/// `pyproject.toml` and `requirements.txt`
enum PythonProject {
    @Sendable static func facts(_ text: String, _ names: Set<String>) -> ProjectFacts {
        let toml = TOMLValues(text)
        var facts = ProjectFacts()
        facts.about = toml.string("project", "description") ?? toml.string("tool.poetry", "description")
        let version =
            toml.string("project", "requires-python") ?? toml.string("tool.poetry.dependencies", "python")
        facts.stack = ["Python" + (version.map { " \($0)" } ?? "")]
        let listed = toml.strings("project", "dependencies").compactMap(name)
        facts.dependencies = listed + toml.keys("tool.poetry.dependencies").filter { $0 != "python" }
        let run = names.contains("uv.lock") ? "uv run " : names.contains("poetry.lock") ? "poetry run " : ""
        if names.contains("uv.lock") { facts.commands.append("uv sync") }
        if names.contains("poetry.lock") { facts.commands.append("poetry install") }
        if toml.hasTable("tool.pytest") { facts.commands.append(run + "pytest") }
        if toml.hasTable("tool.ruff") { facts.commands.append(run + "ruff check") }
        if toml.hasTable("tool.mypy") { facts.commands.append(run + "mypy") }
        return facts
    }

    static func requirements(_ text: String, _ names: Set<String>) -> ProjectFacts {
        var facts = ProjectFacts()
        facts.dependencies = text.split(whereSeparator: \.isNewline).compactMap { name(String($0)) }
        if !names.contains("pyproject.toml") {
            facts.stack = ["Python"]
            facts.commands = ["pip install -r requirements.txt"]
        }
        return facts
    }

    /// `httpx` of `httpx[http2]>=0.27; python_version > "3.9"`; nil for options and addresses.
    private static func name(_ requirement: String) -> String? {
        let text = requirement.drop(while: \.isWhitespace)
        guard text.first?.isLetter == true, !text.contains("://") || text.contains("@") else { return nil }
        let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        return name.isEmpty ? nil : String(name)
    }
}

/// `Cargo.toml`
enum RustCrate {
    static func facts(_ text: String) -> ProjectFacts {
        let toml = TOMLValues(text)
        var facts = ProjectFacts()
        facts.about = toml.string("package", "description")
        let edition = toml.string("package", "edition") ?? toml.string("workspace.package", "edition")
        facts.stack = ["Rust" + (edition.map { " (edition \($0))" } ?? "")]
        let members = toml.strings("workspace", "members")
        if !members.isEmpty { facts.stack.append("workspace of " + members.prefix(8).joined(separator: ", ")) }
        facts.dependencies = toml.keys("dependencies") + toml.keys("workspace.dependencies")
        facts.commands = ["cargo build", "cargo test"]
        return facts
    }
}

/// `go.mod`
enum GoModule {
    static func facts(_ text: String) -> ProjectFacts {
        var facts = ProjectFacts()
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("//") else { continue }
            if first == ")" { isInside = false }
            if first == "go", words.count == 2 { facts.stack.insert("Go \(words[1])", at: 0) }
            if first == "module", words.count == 2 { facts.stack.append("module \(words[1])") }
            let required = isInside ? first : first == "require" && words.count > 2 ? words[1] : nil
            if let required, required != ")", !line.contains("// indirect") {
                facts.dependencies.append(String(required))
            }
            if first == "require", words.count == 2, words[1] == "(" { isInside = true }
        }
        if facts.stack.isEmpty { facts.stack = ["Go"] }
        facts.commands = ["go build ./...", "go test ./..."]
        return facts
    }
}

/// `pom.xml`
enum MavenProject {
    static func facts(_ text: String, _ names: Set<String>) -> ProjectFacts {
        let leaves = XMLLeaves.of(text)
        func first(_ path: String) -> String? { leaves.first { $0.path == path && !$0.text.isEmpty }?.text }
        var facts = ProjectFacts()
        facts.about = first("project/description")
        let java =
            first("project/properties/java.version") ?? first("project/properties/maven.compiler.release")
            ?? first("project/properties/maven.compiler.source")
        facts.stack = ["Java" + (java.map { " \($0)" } ?? ""), "Maven"]
        if let parent = first("project/parent/artifactId") {
            facts.stack.append(parent + (first("project/parent/version").map { " \($0)" } ?? ""))
        }
        facts.dependencies = leaves.filter { $0.path == "project/dependencies/dependency/artifactId" }.map(\.text)
        let run = names.contains("mvnw") ? "./mvnw" : "mvn"
        facts.commands = ["\(run) package", "\(run) test"]
        return facts
    }
}

/// `build.gradle` and `build.gradle.kts`
enum GradleProject {
    private static let scopes = [
        "implementation", "api", "compileOnly", "runtimeOnly", "testImplementation", "kapt", "annotationProcessor",
    ]

    static func facts(_ text: String, _ names: Set<String>) -> ProjectFacts {
        var facts = ProjectFacts()
        var plugins: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            if line.hasPrefix("//") || line.hasPrefix("*") { continue }
            let word = line.prefix { $0.isLetter }
            let quoted = Quoted.first(in: line)
            if word == "id" || word == "kotlin", let quoted {
                plugins.append(word == "kotlin" ? "kotlin-" + quoted : quoted)
            }
            if word == "description", let quoted { facts.about = quoted }
            if scopes.contains(String(word)), let quoted {
                let parts = quoted.split(separator: ":")
                if parts.count >= 2 { facts.dependencies.append(String(parts[1])) }
            }
        }
        let isKotlin = plugins.contains { $0.contains("kotlin") }
        facts.stack =
            [isKotlin ? "Kotlin" : "Java", "Gradle"] + plugins.filter { !$0.contains("kotlin") && $0 != "java" }
        let run = names.contains("gradlew") ? "./gradlew" : "gradle"
        facts.commands = ["\(run) build", "\(run) test"]
        return facts
    }
}

/// `Package.swift`
enum SwiftPackage {
    static func facts(_ text: String) -> ProjectFacts {
        var facts = ProjectFacts()
        let first = text.prefix { !$0.isNewline }
        let version = first.firstRange(of: "swift-tools-version:").map {
            first[$0.upperBound...].drop(while: \.isWhitespace)
        }
        let number = version.map { String($0.prefix { $0.isNumber || $0 == "." }) } ?? ""
        facts.stack = [number.isEmpty ? "Swift" : "Swift \(number)"]
        var rest = text[...]
        while let found = rest.firstRange(of: "url:") {
            rest = rest[found.upperBound...]
            guard let url = Quoted.first(in: rest.prefix { !$0.isNewline }) else { continue }
            let name = url.split(separator: "/").last.map { $0.hasSuffix(".git") ? String($0.dropLast(4)) : String($0) }
            if let name { facts.dependencies.append(name) }
        }
        facts.commands = ["swift build", "swift test"]
        return facts
    }
}

/// The targets of a `Makefile`.
enum Makefile {
    static func facts(_ text: String) -> ProjectFacts {
        var facts = ProjectFacts()
        for line in text.split(whereSeparator: \.isNewline) {
            guard let first = line.first, first.isLetter, let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon]
            let isTarget = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
            // `NAME := value` sets a variable.
            if isTarget, line[colon...].dropFirst().first != "=", line[colon...].prefix(3) != "::=" {
                facts.commands.append("make \(name)")
            }
        }
        return facts
    }
}

/// The services of a Compose file.
enum ComposeFile {
    static func facts(_ text: String) -> ProjectFacts {
        var facts = ProjectFacts()
        var (isInside, depth): (Bool, Int?) = (false, nil)
        for line in text.split(whereSeparator: \.isNewline) {
            let indent = line.prefix { $0 == " " }.count
            let word = line.dropFirst(indent)
            if word.isEmpty || word.hasPrefix("#") { continue }
            if indent == 0 {
                isInside = word.hasPrefix("services:")
                continue
            }
            guard isInside else { continue }
            depth = depth ?? indent
            let name = word.prefix { $0 != ":" }
            if indent == depth, name.count < word.count { facts.services.append(String(name)) }
        }
        return facts
    }
}
