import Client
import HTTP
import Platform

/// One setting: its names everywhere, its default, its meaning. `docs/configuration.md` is generated from the table.
struct Setting: Sendable {
    enum Section: String, Sendable, CaseIterable {
        case data = "Data"
        case network = "Network"
        case access = "Access"
        case memory = "Memory"
        case models = "Model providers"
        case embedding = "Remote embedding"
        case sandbox = "Code of tools"
        case web = "Web"
        case logs = "Logs"
        case client = "Commands and clients"
        case mcp = "MCP"
        case hooks = "Claude Code hooks"
    }

    enum Kind: Sendable {
        case text, path, list, seconds
        case integer(ClosedRange<Int>)
        /// `50MB`, `1GB`, or bytes.
        case size
        case choice([String])
        /// true or false; the flag takes no value.
        case toggle
    }

    let section: Section
    /// `port`: the flag is `--port`, the key in a configuration file `port`.
    let name: String
    /// The variables that set it, the first that is set wins.
    let environment: [String]
    let kind: Kind
    /// As a person would write it; empty when there is none.
    let fallback: String
    let summary: String
    var isSecret = false
    /// A secret has no flag: other users of the machine can read command lines.
    var hasFlag: Bool { !isSecret }

    init(
        _ section: Section, _ name: String, _ environment: [String], _ kind: Kind, _ fallback: String,
        _ summary: String,
        secret: Bool = false
    ) {
        self.section = section
        self.name = name
        self.environment = environment
        self.kind = kind
        self.fallback = fallback
        self.summary = summary
        isSecret = secret
    }

    /// What stands for the value in help; nil for a toggle.
    var placeholder: String? {
        switch kind {
        case .text: "TEXT"
        case .path: "PATH"
        case .list: "A,B"
        case .seconds: "SECONDS"
        case .integer: "NUMBER"
        case .size: "SIZE"
        case .choice(let choices): choices.joined(separator: "|")
        case .toggle: nil
        }
    }

    var option: Option {
        let shown = fallback.isEmpty || placeholder == nil ? "" : " (\(fallback))"
        return Option(name, placeholder, summary + shown, repeated: { if case .list = kind { true } else { false } }())
    }
}

extension Setting {
    /// Every setting, in the order of the documentation.
    static let all: [Setting] =
        data + network + access + memory + models + embedding + sandbox + web + logs + client
        + mcp
        + hooks

    private static let data: [Setting] = [
        Setting(
            .data, "home", ["ROOST_HOME"], .path, "~/.roost",
            "The folder of the database, keys and a generated password"),
        Setting(.data, "database", ["ROOST_DATABASE"], .path, "HOME/roost.db", "The SQLite file"),
        Setting(
            .data, "encryption-key", ["ROOST_ENCRYPTION_KEY", "LETTA_ENCRYPTION_KEY"], .text, "",
            "What stored provider keys are encrypted with: 32 bytes in base64 or hexadecimal, or a text of at least 16 "
                + "characters; unset: the file HOME/encryption.key, made when it is first needed",
            secret: true),
        Setting(
            .data, "durability", ["ROOST_DURABILITY"], .choice(["power", "process"]), "power",
            "When a write is acknowledged: when it survives a power failure, or the end of the process only"),
        Setting(
            .data, "block-versions", ["ROOST_BLOCK_VERSIONS"], .integer(1...1_000_000), "200",
            "How many earlier values of a block are kept"),
        Setting(
            .data, "block-version-days", ["ROOST_BLOCK_VERSION_DAYS"], .integer(1...36_500), "365",
            "How many days an earlier value of a block is kept"),
        Setting(
            .data, "changes", ["ROOST_CHANGES"], .integer(1000...100_000_000), "100000",
            "How many entries the change feed keeps"),
        Setting(
            .data, "provider-traces", ["ROOST_PROVIDER_TRACES"], .integer(0...1_000_000), "20",
            "Of how many last steps of each agent what was sent to the model and came back is kept; 0 keeps none"),
        Setting(
            .data, "tool-calls", ["ROOST_TOOL_CALLS"], .integer(0...1_000_000), "200",
            "How many last calls of tools are kept for each agent, with their whole results; 0 keeps none"),
        Setting(
            .data, "postgres-uri", ["ROOST_PG_URI", "LETTA_PG_URI"], .text, "",
            "PostgreSQL; not supported by this version, which refuses to start when it is set", secret: true),
        Setting(
            .data, "postgres-host", ["ROOST_PG_HOST", "LETTA_PG_HOST"], .text, "",
            "As postgres-uri, in parts with LETTA_PG_USER, LETTA_PG_PASSWORD, LETTA_PG_PORT, LETTA_PG_DB", secret: true),
    ]

    private static let network: [Setting] = [
        Setting(
            .network, "host", ["ROOST_HOST"], .list, "localhost",
            "Addresses or names to listen on; any but loopback needs a password"),
        Setting(
            .network, "port", ["ROOST_PORT", "PORT"], .integer(0...65_535), "8283", "The TCP port; 0 takes a free one"),
        Setting(.network, "unix-socket", ["ROOST_UNIX_SOCKET"], .path, "", "Also listen on this Unix socket"),
        Setting(
            .network, "tls-cert", ["ROOST_TLS_CERT"], .path, "",
            "PEM file with the certificate and its chain; turns TLS on"),
        Setting(.network, "tls-key", ["ROOST_TLS_KEY"], .path, "", "PEM file with the certificate's key"),
        Setting(.network, "max-body", ["ROOST_MAX_BODY"], .size, "50MB", "The largest request body"),
        Setting(
            .network, "compression", ["ROOST_COMPRESSION"], .choice(["remote", "always", "never"]), "remote",
            "Whom large answers are gzipped for; on the same machine it costs more time than it saves"),
        Setting(
            .network, "max-connections", ["ROOST_MAX_CONNECTIONS"], .integer(1...100_000), "4096",
            "Connections at one time"),
        Setting(
            .network, "drain", ["ROOST_DRAIN_SECONDS"], .seconds, "10",
            "How long requests may go on after SIGTERM before they are cut"),
    ]

    private static let access: [Setting] = [
        Setting(
            .access, "password", ["ROOST_PASSWORD", "LETTA_SERVER_PASSWORD"], .text, "",
            "The password of the server; setting one turns authentication on", secret: true),
        Setting(
            .access, "password-file", ["ROOST_PASSWORD_FILE"], .path, "",
            "Read the password from the first line of a file"),
        Setting(
            .access, "secure", ["ROOST_SECURE", "LETTA_SERVER_SECURE", "SECURE"], .toggle, "false",
            "Demand a password: without one given, it is generated, kept in HOME/password and shown once"),
        Setting(
            .access, "cors-origin", ["ROOST_CORS_ORIGINS"], .list, "",
            "Web origins that may call the API from a browser, such as https://app.example.org"),
        Setting(
            .access, "allowed-host", ["ROOST_ALLOWED_HOSTS"], .list, "",
            "Further host names that a server on loopback answers to"),
        Setting(
            .access, AddressPolicy.setting, ["ROOST_OUTGOING_HOSTS"], .list, "",
            "Hosts that are not public but may be called for agents and users (pages, callbacks, stored providers), such as "
                + "intranet.lan, intranet.lan:8080, *.lan, 10.0.0.0/8"),
    ]

    private static let memory: [Setting] = [
        Setting(
            .memory, "default-model", ["ROOST_DEFAULT_MODEL", "DEFAULT_LLM_MODEL", "LETTA_DEFAULT_LLM_HANDLE"], .text,
            "",
            "The model handle of agents that name none, such as openai/gpt-4.1"),
        Setting(
            .memory, "default-embedding",
            ["ROOST_DEFAULT_EMBEDDING", "DEFAULT_EMBEDDING_MODEL", "LETTA_DEFAULT_EMBEDDING_HANDLE"], .text, "",
            "The embedding handle of agents that name none, such as openai/text-embedding-3-small"),
        Setting(
            .memory, "block-limit", ["ROOST_BLOCK_LIMIT", "MAX_CORE_MEMORY_SIZE"], .integer(1...100_000_000), "",
            "The limit, in characters, of a block that names none; else the contract's"),
        Setting(
            .memory, "search-results", ["ROOST_SEARCH_RESULTS", "MAX_ARCHIVAL_RESULTS"], .integer(1...100_000), "1000",
            "The most results of one archival search"),
        Setting(
            .memory, "vector-memory", ["ROOST_VECTOR_MEMORY"], .size, "1GB",
            "How much of the vector indexes a process keeps in memory; with less, searches are slower"),
    ]

    private static let logs: [Setting] = [
        Setting(
            .logs, "log-level", ["ROOST_LOG_LEVEL", "LETTA_LOG_LEVEL"], .choice(Log.Level.allCases.map(\.name)),
            "info",
            "The least important events to log; debug shows every request"),
        Setting(.logs, "debug", ["ROOST_DEBUG", "LETTA_DEBUG"], .toggle, "false", "The same as --log-level debug"),
        Setting(
            .logs, "log-format", ["ROOST_LOG_FORMAT"], .choice(["auto", "text", "json"]), "auto",
            "auto: text on a terminal, JSON otherwise"),
    ]

    private static let client: [Setting] = [
        Setting(
            .client, "base-url", ["ROOST_BASE_URL", "LETTA_BASE_URL"], .text, "",
            "The server that commands talk to, with or without /v1; unset: the local file"),
        Setting(
            .client, "client-password", ["ROOST_PASSWORD", "LETTA_PASSWORD", "LETTA_SERVER_PASSWORD", "LETTA_API_KEY"],
            .text, "",
            "The password that commands send", secret: true),
        Setting(
            .client, "ca-file", ["ROOST_CA_FILE", "SSL_CERT_FILE"], .path, "",
            "PEM file of certificates to trust instead of the system's"),
        Setting(
            .client, "agent", ["ROOST_AGENT_ID", "LETTA_AGENT_ID"], .text, "", "The agent of commands that name none"),
        Setting(
            .client, "project", ["ROOST_PROJECT", "LETTA_PROJECT"], .text, "",
            "The project that is meant, and that new objects belong to"),
        Setting(
            .client, "author", ["ROOST_AUTHOR", "USER", "LOGNAME"], .text, "",
            "Who changes are noted to be by, unset the user of the process; the server believes it"),
        Setting(
            .client, "editor", ["ROOST_EDITOR", "VISUAL", "EDITOR"], .text, "vi",
            "The editor of 'roost block edit' and 'roost team update'"),
    ]

    private static let mcp: [Setting] = [
        Setting(
            .mcp, "tools", ["ROOST_MCP_TOOLS"], .choice(ToolProfile.allCases.map(\.rawValue)),
            ToolProfile.memory.rawValue,
            "Which tools an MCP client is shown; every tool's schema is paid for in each of its sessions"),
        Setting(
            .mcp, "mcp-port", ["ROOST_MCP_PORT", "MCP_PORT", "PORT"], .integer(0...65_535), "3001",
            "The TCP port of 'roost mcp --http'; 0 takes a free one"),
        Setting(
            .mcp, "mcp-stdio", ["ROOST_MCP_STDIO"], .choice(["auto", "allowed", "refused"]), "auto",
            "Whether whoever may use the API may register MCP servers that are programs of this machine, which this server "
                + "starts; auto: when it listens on loopback only or has a password"),
        Setting(
            .mcp, "mcp-timeout", ["ROOST_MCP_TIMEOUT"], .seconds, "60",
            "How long a call of an MCP server's tool may take"),
    ]

    private static let hooks: [Setting] = [
        Setting(
            .hooks, "hook-budget", ["ROOST_HOOK_BUDGET"], .integer(0...9000), "6000",
            "Characters of memory that a Claude Code session begins with; 0: none"),
        Setting(
            .hooks, "hook-prompt-budget", ["ROOST_HOOK_PROMPT_BUDGET"], .integer(0...9000), "1800",
            "Characters of memory that come with one prompt; 0: none"),
        Setting(
            .hooks, "hook-relevance", ["ROOST_HOOK_RELEVANCE"], .integer(0...100), "30",
            "How likely, in percent, a note has to answer a prompt to come with it"),
        Setting(
            .hooks, "hook-guard", ["ROOST_HOOK_GUARD"], .list, "",
            "Tool uses that the PreToolUse hook denies, such as Bash(sudo *), Edit(*.env)"),
        Setting(
            .hooks, "hook-model", ["ROOST_HOOK_MODEL"], .text, "",
            "The model, provider/model, that words the summaries of sessions; without one they are made here and nothing is "
                + "sent anywhere"),
    ]

    /// Variables of other servers and clients that are accepted and do nothing here.
    static let withoutEffect: [(name: String, reason: String)] = [
        ("LETTA_UVICORN_WORKERS", "one process uses all cores"),
        ("NODE_ENV", "there is no Node here"),
        ("LETTA_CODE_TELEM", "there is no telemetry"),
        ("DISABLE_AUTOUPDATER", "there is no updater"),
    ]
}
