import API
import Client
import HTTP
import Platform
import Wire

/// docs/api.md: what is served, from the same table that serves it.
enum APIPage {
    static var text: String {
        var text = """
            # REST API

            Roost serves the V1 API of Letta 0.16.8, so the official SDKs work unmodified. `GET /openapi.json` describes exactly
            what this server serves; this page lists it. Every path is answered with and without its trailing slash, under
            `/v1`, `/latest` and a doubled `/v1/v1`.

            - Authentication: `Authorization: Bearer PASSWORD`, or `X-BARE-PASSWORD: password PASSWORD`. `/health`,
              `/v1/health/` and `/v1/ready/` are open.
            - Errors: `{"detail": "…"}` with a 4xx or 5xx status that says what was wrong.
            - Lists: `limit`, and `after` or `before` with an id; `order=asc|desc`. `offset`, `page` and `page_size` work too.
            - Writes are on the disk when they are acknowledged. `Idempotency-Key: KEY` makes a repeated write happen once.
            - `expected_version` in the body of a block's PATCH, or `If-Match`, refuses a change of a block that has changed
              since (409).
            - What is ours alone lives under `/v1/roost/`.
            - A route of V1 that this version does not serve answers 501 and says so.


            """
        let served = RouteTable.routes
        for tag in served.map(\.operation.tag).uniqued {
            text += "## \(tag)\n\n| method | path | what it does |\n|---|---|---|\n"
            for route in served where route.operation.tag == tag {
                text += "| \(route.method.rawValue) | `\(route.template)` | \(route.operation.summary) |\n"
            }
            text += "\n"
        }
        text += "## Not served yet\n\nThese routes of V1 answer 501.\n\n"
        for route in RouteTable.unserved { text += "- `\(route.method.rawValue) \(route.template)`\n" }
        return text
    }
}

/// docs/guides-to-roost.md: what guides on the web say, and what works.
enum GuidesPage {
    static var text: String {
        var text = """
            # From the guides to Roost

            Guides for Letta memory that circulate on the web contain calls that no release of the SDK has, and settings that no
            client reads. `roost doctor --scan PATH` finds them in your scripts and settings and names the right call; this
            is the whole table. Checked against `letta-client` 1.12.1, 1.7.1 and 0.1.324. An *error* fails as it is written; a
            *warning* works with some releases only, or not as it reads.

            | rule | weight | what is wrong | write instead |
            |---|---|---|---|

            """
        for rule in ScanRule.all {
            text += "| \(rule.name) | \(rule.weight.rawValue) | \(cell(rule.mistake)) | \(cell(rule.instead)) |\n"
        }
        return text + """

            ## What became of the guides' files

            | file of the guides | now |
            |---|---|
            | `~/.claude/hooks/letta-session-start.py` | `roost hook SessionStart` |
            | `~/.claude/hooks/letta-prompt-context.py` | `roost hook UserPromptSubmit` |
            | `~/.claude/hooks/letta-track-changes.py` | `roost hook PostToolUse`, `PostToolUseFailure` |
            | `~/.claude/hooks/letta-session-end.py` | `roost hook Stop`, `SessionEnd`, `PreCompact`, `PostCompact` |
            | `.claude/settings.json`, `.mcp.json`, `~/.claude.json` | the same files: `roost setup claude-code` takes them over |
            | `.claude/commands/memory-*.md` | the same names, with tools that exist |
            | `~/.claude/skills/letta-memory`, `context-aware-coding` | the same names |
            | `CLAUDE.md` | yours; a few lines of Roost's between marks |
            | `.claude/letta_agent.json`, `letta_agent_config.json` | read as they are: the agent that they name is the project's |
            | `create_agent.py`, project and team scripts | `roost project`, `roost team`, `roost agent` ([commands](commands.md)) |
            | `docker-compose.yml`, Kubernetes | `roost serve` ([operations](operations.md)) |
            | the MCP server on port 3001 | `roost mcp`, or `/mcp` of `roost serve` ([MCP clients](mcp.md)) |
            | `MultiProjectMemoryManager` | `roost project init`, `switch`, `list`, `status` ([terminal](terminal.md#projects)) |
            | `TeamSharedMemory`, team_standards, architecture_decisions | `roost team share`, `attach`, `update`, `adr` ([team](team-and-sync.md)) |
            | `AutomatedLearningPipeline`, the GitHub Actions step | `roost learn`, the action `roost-learn` ([CI](ci.md)) |
            | `SemanticMemorySearch` | `roost recall` with `--bugs`, `--decisions`, `--file-history`, `--deployments`, `--lessons`, `--metadata` ([terminal](terminal.md#searching)) |
            | `LETTA_BASE_URL`, `LETTA_PASSWORD`, `LETTA_AGENT_ID` | the same ([configuration](configuration.md)); no agent has to be named, the project's is found |
            | `backup-letta.sh`, restore scripts | `roost db backup`, `roost db restore`, `roost agent export` ([operations](operations.md)) |
            | PowerShell and `cmd /c` | [Windows](claude-code.md#windows) |
            | health checks of both servers | `roost doctor`; `/v1/health/` |

            The hook scripts may stay where they are; after setup nothing runs them. [Claude Code](claude-code.md) has the way from
            nothing to a remembered fact.

            ## What works although Letta refuses it

            - The base URL may end with `/v1`, in the SDKs too.
            - `GET /health` without `/v1` answers.
            - `metadata` of a passage is accepted, returned and can be searched; `metadata.type` is also a tag `type:…`.
              Search results carry `text`, `score`, `relevant`, `metadata`, `provenance` and `why` beside V1's fields,
              the reply `mode`: whether an embedding model took part.
            - `limit` and `offset`, `page` and `page_size` work on every list.
            - A block's id where a label stands, and a label that only one block has where an id stands.
            - `POST /v1/agents/{agent_id}/clone`, `PATCH /v1/agents/{agent_id}/core-memory` with several blocks, `/archival` for
              `/archival-memory`.
            - Any well-formed `provider/model` handle is kept, whether that provider is configured or not.
            - `"tools": null` means the default tools.

            ## What does not work

            - Amazon Bedrock and Google Vertex as providers: use a gateway that speaks OpenAI's API.
            - `npm_requirements` of tools.
            - Messages to agents: this version serves memory and calls no models (see the table in README.md).

            """
    }

    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
