// swift-tools-version: 6.1
import PackageDescription

/// The flags every Swift target is built with; why: docs/design/architecture.md.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library room: what it may import is what it lists here, and nothing else.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A libFuzzer target in Fuzz/: `Scripts/fuzz.sh NAME`.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: "Fuzz" + name, dependencies: dependencies + ["CFuzzer"], path: "Fuzz/" + name, swiftSettings: strict)
}

let package = Package(
    name: "roost",
    products: [.executable(name: "roost", targets: ["roost"])],
    targets: [
        // C: our own shim over Linux calls that Swift cannot make, and the system libraries.
        .target(name: "CLinux"),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        // These are loaded when they are first needed: most processes (hooks, commands) never do.
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CSodium", linkerSettings: [.linkedLibrary("dl")]),
        // Kernels of the encoder and of the vector scan: always optimized, so that debug builds are usable too.
        .target(name: "CVectorMath", cSettings: [.unsafeFlags(["-O3"])], linkerSettings: [.linkedLibrary("m")]),

        // What tokenizers do with Unicode scalars: tables, which Swift would build at start.
        .target(name: "CUnicode"),

        // The rooms, bottom to top.
        room("Platform", ["CLinux"]),
        room("Domain", ["Platform"]),
        room("Wire", ["Platform"]),
        room("HTTP", ["Platform", "CLinux", "COpenSSL", "CZlib", "CCurl"]),
        room("MCP", ["Platform", "HTTP"]),
        room("Storage", ["Platform", "Domain", "CSQLite", "CVectorMath", "CSodium"]),
        room("Models", ["Platform", "Domain", "HTTP", "CVectorMath", "CUnicode"]),
        // The runners' texts are in RunnerTexts.swift: Scripts/embed-runners.py.
        .target(
            name: "Sandbox", dependencies: ["Platform", "Domain", "CLinux", "CSeccomp"],
            exclude: ["Runners/python", "Runners/runner.mjs"], swiftSettings: strict),
        room("Engine", ["Platform", "Domain", "Storage"]),
        room("API", ["Platform", "Domain", "Wire", "HTTP", "MCP", "Engine"]),
        room("Client", ["Platform", "Wire", "HTTP", "MCP"]),
        .executableTarget(
            name: "roost",
            dependencies: [
                "CLinux", "Platform", "Domain", "Wire", "HTTP", "MCP", "Storage", "Engine", "API", "Client", "Models",
                "Sandbox",
            ],
            swiftSettings: strict),

        // What tests share: the whole server in this process.
        .target(
            name: "RoostTesting", dependencies: ["API", "Wire", "HTTP", "Engine", "Storage", "Domain", "Platform"],
            path: "Tests/Testing", swiftSettings: strict),

        // Other programs that tests run.
        .target(name: "Programs", dependencies: ["CLinux"], path: "Tests/Programs", swiftSettings: strict),

        tests("PlatformTests", ["Platform", "CLinux"]),
        tests("DomainTests", ["Domain", "Platform"]),
        tests("WireTests", ["Wire", "Platform"]),
        tests("HTTPTests", ["HTTP", "Programs", "Platform"]),
        tests("MCPTests", ["MCP", "HTTP", "Platform"]),
        tests("ModelsTests", ["Models", "CVectorMath", "CZlib", "Domain", "HTTP", "Platform"]),
        tests("StorageTests", ["Storage", "CSodium", "CVectorMath", "Programs", "Domain", "Platform"]),
        .executableTarget(
            name: "SandboxHost", dependencies: ["Sandbox", "Domain", "Platform"], path: "Tests/SandboxHost",
            swiftSettings: strict),
        tests("SandboxTests", ["Sandbox", "SandboxHost", "Programs", "CLinux", "Domain", "Platform"]),
        tests("EngineTests", ["Engine", "Domain", "Platform", "Storage", "RoostTesting"]),
        tests("ClientTests", ["Client", "API", "MCP", "HTTP", "Wire", "Platform", "RoostTesting"]),
        tests("RoostTests", ["roost", "Client", "MCP", "Models", "HTTP", "Domain", "Platform"]),
        tests(
            "APITests",
            ["API", "Sandbox", "MCP", "Wire", "HTTP", "Engine", "Storage", "Domain", "Platform", "RoostTesting"]),
    ],
    cLanguageStandard: .c11
)

// Only there when asked for: they need libFuzzer to link.
if Context.environment["ROOST_FUZZ"] == "1" {
    package.targets += [
        .target(name: "CFuzzer", path: "Fuzz/CFuzzer"),
        fuzzer("HTTPParser", ["HTTP"]),
        fuzzer("JSONReader", ["Platform"]),
        fuzzer("TextQuery", ["Storage"]),
        fuzzer("AgentFile", ["Engine", "Domain"]),
        fuzzer("MultipartForm", ["API", "Domain"]),
        fuzzer("ModelFile", ["Models", "Domain", "Platform"]),
        fuzzer("MCPMessage", ["MCP", "Platform"]),
        fuzzer("VectorFile", ["Storage", "CVectorMath"]),
        fuzzer("Recall", ["Engine", "Domain", "Platform"]),
        fuzzer("JSONEdit", ["Platform"]),
        fuzzer("TestReport", ["Client", "Platform"]),
        fuzzer("Transcript", ["Client", "Platform"]),
        fuzzer("ChatAnswer", ["Models", "Domain", "Platform"]),
    ]
}

// Only there when asked for: Benchmarks/Embedding/README.md, Benchmarks/Sandbox/README.md.
if Context.environment["ROOST_BENCH"] == "1" {
    package.targets += [
        .executableTarget(
            name: "EncoderBenchmark", dependencies: ["Models", "Domain", "Platform"],
            path: "Benchmarks/Embedding/Encoder", swiftSettings: strict),
        .executableTarget(
            name: "SandboxBenchmark", dependencies: ["Sandbox", "Domain", "Platform"],
            path: "Benchmarks/Sandbox/Program", swiftSettings: strict),
    ]
}
