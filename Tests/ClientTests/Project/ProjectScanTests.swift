import Platform
import Testing

@testable import Client

@Suite struct ProjectScanTests {
    @Test func `package.json: the language, commands by the lock file, dependencies`() {
        let text = """
            {"description":"A shop","engines":{"node":">=20"},"scripts":{"test":"x","build":"y","odd":"z"},
             "dependencies":{"react":"1","zod":"2"}}
            """
        let facts = NodePackage.facts(text, ["package.json", "tsconfig.json", "pnpm-lock.yaml"])
        #expect(facts.about == "A shop" && facts.stack == ["TypeScript (Node >=20)"])
        #expect(facts.commands == ["pnpm run build", "pnpm run test"] && facts.dependencies == ["react", "zod"])
        #expect(NodePackage.facts("[1", []) == ProjectFacts(), "not JSON")
        #expect(NodePackage.facts("{\"scripts\":3,\"engines\":[]}", []).stack == ["JavaScript"])
    }

    @Test func `pyproject.toml: lists over several lines, comments, tools`() {
        let text = """
            [project] # the project
            description = "An # API"
            requires-python = ">=3.11"
            dependencies = [
              "fastapi[all]>=0.1",  # web
              'httpx ; python_version > "3.9"',
            ]
            [tool.pytest.ini_options]
            addopts = "-q"
            [tool.ruff]
            """
        let facts = PythonProject.facts(text, ["uv.lock"])
        #expect(facts.about == "An # API" && facts.stack == ["Python >=3.11"])
        #expect(facts.dependencies == ["fastapi", "httpx"])
        #expect(facts.commands == ["uv sync", "uv run pytest", "uv run ruff check"])
        let poetry = PythonProject.facts(
            "[tool.poetry.dependencies]\npython = \"^3.12\"\ndjango = {version = \"5\"}", [])
        #expect(poetry.stack == ["Python ^3.12"] && poetry.dependencies == ["django"])
        let listed = PythonProject.requirements("# x\n-r base.txt\nflask==3\nhttps://x/y.whl\nnumpy>1", [])
        #expect(listed.dependencies == ["flask", "numpy"])
    }

    @Test func `Cargo.toml: edition, members, dependencies in tables of their own`() {
        let text = """
            [package]
            name = "x"
            edition = "2024"
            description = '''A tool'''
            [workspace]
            members = ["a", "b"]
            [dependencies]
            serde = { version = "1", features = ["derive"] }
            tokio.workspace = true
            [dependencies.rand]
            version = "0.8"
            """
        let facts = RustCrate.facts(text)
        #expect(facts.about == "A tool" && facts.stack == ["Rust (edition 2024)", "workspace of a, b"])
        #expect(facts.dependencies == ["serde", "tokio", "rand"])
    }

    @Test func `go.mod: what is required directly`() {
        let facts = GoModule.facts(
            "module example.com/x\n\ngo 1.24\n\nrequire (\n\ta.b/c v1\n\td.e/f v2 // indirect\n)\nrequire g.h/i v3\n")
        #expect(facts.stack == ["Go 1.24", "module example.com/x"] && facts.dependencies == ["a.b/c", "g.h/i"])
    }

    @Test func `pom.xml: the project's own dependencies, not those of its plugins`() {
        let text = """
            <?xml version="1.0"?><!-- <a> --><project xmlns="x"><parent><artifactId>spring-boot-starter-parent</artifactId>
            <version>3.3</version></parent><properties><java.version>21</java.version></properties>
            <description>A service</description>
            <dependencies><dependency><groupId>g</groupId><artifactId>web</artifactId></dependency></dependencies>
            <build><plugins><plugin><dependencies><dependency><artifactId>no</artifactId></dependency></dependencies></plugin>
            </plugins></build></project>
            """
        let facts = MavenProject.facts(text, ["mvnw"])
        #expect(facts.stack == ["Java 21", "Maven", "spring-boot-starter-parent 3.3"] && facts.about == "A service")
        #expect(facts.dependencies == ["web"] && facts.commands == ["./mvnw package", "./mvnw test"])
    }

    @Test func `build.gradle: plugins and dependencies in both spellings`() {
        let kotlin = GradleProject.facts(
            "plugins {\n  kotlin(\"jvm\") version \"2\"\n  id(\"org.springframework.boot\")\n}\nimplementation(\"g:web:1\")",
            ["gradlew"])
        #expect(kotlin.stack == ["Kotlin", "Gradle", "org.springframework.boot"] && kotlin.dependencies == ["web"])
        #expect(kotlin.commands == ["./gradlew build", "./gradlew test"])
        let groovy = GradleProject.facts("plugins { \n id 'java'\n}\n  api 'g:core:1'\n// api 'g:no:1'", [])
        #expect(groovy.stack == ["Java", "Gradle"] && groovy.dependencies == ["core"])
    }

    @Test func `Package.swift, Makefile and Compose file`() {
        let package = SwiftPackage.facts(
            "// swift-tools-version: 6.0\n.package(url: \"https://x/swift-nio.git\", from: \"2\")")
        #expect(package.stack == ["Swift 6.0"] && package.dependencies == ["swift-nio"])
        let make = Makefile.facts("CC := x\n.PHONY: test\nall: build\n\tdo it\nbuild-it:\n\techo a: b\nX = a:b\n")
        #expect(make.commands == ["make all", "make build-it"])
        let compose = ComposeFile.facts(
            "version: '3'\nservices:\n  db:\n    image: x\n  # no\n  cache: {}\nvolumes:\n  d:\n")
        #expect(compose.services == ["db", "cache"])
    }

    @Test func `README: the first paragraph that says something`() {
        let text =
            "# Web\n\n[![badge](x)](y)\n<p align=center>x</p>\n\n> The shop of the example\n> company, as one page.\n\nMore."
        #expect(Documents.readme(text).about == "The shop of the example company, as one page.")
        #expect(Documents.readme("# Only a title").about == nil)
    }

    @Test func `CLAUDE.md: commands of its parts about building`() {
        let text =
            "# X\n## Style\n- `let x` is good\n## Commands\n- `npm run e2e`: all\n- `word`\n```bash\n$ npm ci  # once\n```\n```js\nno()\n```"
        let facts = Documents.guide("CLAUDE.md", text)
        #expect(facts.commands == ["npm run e2e", "npm ci"] && facts.guides == ["CLAUDE.md"])
    }

    @Test func `odd files say nothing wrong and end nothing`() {
        for text in [
            "", "\u{0}", "<<<>>>", "[[[", "= = =", "a = [\n", "\"\"\"", "</a></b>", "<a", "<!-- ", ":::", "require (",
            "url:",
        ] {
            _ = TOMLValues(text).strings("a", "b")
            _ = TOMLValues("[t]\nk = " + text).string("t", "k")
            _ = XMLLeaves.of(text)
            for facts in [
                GoModule.facts(text), Makefile.facts(text), ComposeFile.facts(text), SwiftPackage.facts(text),
                GradleProject.facts(text, []), MavenProject.facts(text, []), RustCrate.facts(text),
                Documents.readme(text),
                Documents.guide("x", text),
            ] { #expect(facts.dependencies.isEmpty) }
        }
    }

    @Test func `folders below are named with what they hold; made and ignored ones are not`() async throws {
        try await withFolder { folder in
            try write("{\"dependencies\":{}}", to: folder + "/web/package.json")
            try write("[project]\ndependencies=[]", to: folder + "/api/pyproject.toml")
            try write("x", to: folder + "/node_modules/a/package.json")
            try write("x", to: folder + "/private/a")
            try write("/private\n", to: folder + "/.gitignore")
            let facts = ProjectScan(folder: folder).facts
            #expect(facts.layout == ["api/", "web/"])
            #expect(facts.stack == ["api: Python", "web: JavaScript"])
        }
    }
}
