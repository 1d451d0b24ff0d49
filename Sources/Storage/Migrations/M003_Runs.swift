/// Conversations, runs with their steps and events, and providers that users store.
enum M003 {
    static func runs(_ dialect: Dialect) -> [SQL] {
        conversations(dialect) + runTables(dialect) + steps(dialect) + providers(dialect)
    }

    private static func conversations(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE conversations (
                key \(sql: dialect.identityKey),
                id TEXT NOT NULL UNIQUE,
                organization_id TEXT NOT NULL,
                agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
                summary TEXT,
                model TEXT,
                model_settings TEXT,
                message_ids TEXT NOT NULL DEFAULT '[]',
                isolated_block_ids TEXT NOT NULL DEFAULT '[]',
                last_message_at BIGINT,
                last_run_completion BIGINT,
                deleted_at BIGINT,
                extra TEXT,
                \(sql: M001.authorship))
            """,
            "CREATE INDEX conversations_by_agent ON conversations (agent_id, created_at, id) WHERE deleted_at IS NULL",
            """
            CREATE INDEX conversations_by_agent_and_run
            ON conversations (agent_id, coalesce(last_run_completion, 0), id) WHERE deleted_at IS NULL
            """,
            """
            CREATE INDEX conversations_by_agent_and_message
            ON conversations (agent_id, coalesce(last_message_at, 0), id) WHERE deleted_at IS NULL
            """,
            """
            CREATE INDEX conversations_by_creation ON conversations (organization_id, created_at, id)
            WHERE deleted_at IS NULL
            """,
            """
            CREATE INDEX conversations_by_run ON conversations (organization_id, coalesce(last_run_completion, 0), id)
            WHERE deleted_at IS NULL
            """,
            """
            CREATE INDEX conversations_by_message ON conversations (organization_id, coalesce(last_message_at, 0), id)
            WHERE deleted_at IS NULL
            """,
            // Messages of another thread that a fork began with; its own ones name it themselves.
            """
            CREATE TABLE shared_messages (
                conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
                message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
                organization_id TEXT NOT NULL,
                PRIMARY KEY (conversation_id, message_id))\(sql: dialect.clustered)
            """,
            "CREATE INDEX shared_messages_by_message ON shared_messages (message_id)",
            // Lists go by date: an import keeps the dates of its file.
            "DROP INDEX messages_by_conversation",
            """
            CREATE INDEX messages_by_conversation ON messages (conversation_id, created_at, key)
            WHERE conversation_id IS NOT NULL
            """,
            "DROP INDEX messages_by_run",
            "CREATE INDEX messages_by_run ON messages (run_id, created_at, key) WHERE run_id IS NOT NULL",
            "CREATE INDEX messages_by_step ON messages (step_id, created_at, key) WHERE step_id IS NOT NULL",
            "CREATE INDEX messages_by_organization ON messages (organization_id, created_at, key)",
        ]
    }

    private static func runTables(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE runs (
                key \(sql: dialect.identityKey),
                id TEXT NOT NULL UNIQUE,
                organization_id TEXT NOT NULL,
                project_id TEXT,
                agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
                conversation_id TEXT,
                base_template_id TEXT,
                status TEXT NOT NULL,
                stop_reason TEXT,
                background INTEGER NOT NULL DEFAULT 0,
                metadata TEXT,
                request_config TEXT,
                otids TEXT NOT NULL DEFAULT '[]',
                callback_url TEXT,
                callback_sent_at BIGINT,
                callback_status_code INTEGER,
                callback_error TEXT,
                prompt_tokens BIGINT NOT NULL DEFAULT 0,
                completion_tokens BIGINT NOT NULL DEFAULT 0,
                cached_input_tokens BIGINT,
                cache_write_tokens BIGINT,
                reasoning_tokens BIGINT,
                context_tokens BIGINT,
                step_count INTEGER NOT NULL DEFAULT 0,
                first_token_ns BIGINT,
                duration_ns BIGINT,
                cancel_requested INTEGER NOT NULL DEFAULT 0,
                lease_until BIGINT,
                completed_at BIGINT,
                \(sql: M001.authorship))
            """,
            "CREATE INDEX runs_by_creation ON runs (organization_id, created_at, id)",
            "CREATE INDEX runs_by_agent ON runs (agent_id, created_at, id)",
            """
            CREATE INDEX runs_by_conversation ON runs (conversation_id, created_at, id)
            WHERE conversation_id IS NOT NULL
            """,
            // At most one run at a time in each conversation, whichever process carries it out.
            """
            CREATE UNIQUE INDEX runs_running ON runs (agent_id, coalesce(conversation_id, ''))
            WHERE status = 'running'
            """,
            """
            CREATE INDEX runs_open ON runs (organization_id, created_at, id) WHERE status IN ('created', 'running')
            """,
            "CREATE INDEX runs_by_otids ON runs (agent_id, otids, key) WHERE otids <> '[]'",
            """
            CREATE TABLE run_events (
                run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
                seq INTEGER NOT NULL,
                organization_id TEXT NOT NULL,
                data TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                PRIMARY KEY (run_id, seq))\(sql: dialect.clustered)
            """,
            "CREATE INDEX run_events_by_creation ON run_events (created_at)",
        ]
    }

    private static func steps(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE steps (
                key \(sql: dialect.identityKey),
                id TEXT NOT NULL UNIQUE,
                organization_id TEXT NOT NULL,
                project_id TEXT,
                agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
                run_id TEXT,
                conversation_id TEXT,
                provider_id TEXT,
                provider_name TEXT,
                provider_category TEXT,
                model TEXT,
                model_handle TEXT,
                model_endpoint TEXT,
                context_window BIGINT,
                prompt_tokens BIGINT NOT NULL DEFAULT 0,
                completion_tokens BIGINT NOT NULL DEFAULT 0,
                cached_input_tokens BIGINT,
                cache_write_tokens BIGINT,
                reasoning_tokens BIGINT,
                stop_reason TEXT,
                status TEXT NOT NULL,
                error_type TEXT,
                error_data TEXT,
                tags TEXT NOT NULL DEFAULT '[]',
                feedback TEXT,
                request_id TEXT,
                tools TEXT NOT NULL DEFAULT '[]',
                started_ns BIGINT,
                model_started_ns BIGINT,
                model_ns BIGINT,
                tool_ns BIGINT,
                duration_ns BIGINT,
                \(sql: M001.authorship))
            """,
            "CREATE INDEX steps_by_creation ON steps (organization_id, created_at, id)",
            "CREATE INDEX steps_by_agent ON steps (agent_id, created_at, id)",
            "CREATE INDEX steps_by_run ON steps (run_id, created_at, id) WHERE run_id IS NOT NULL",
            """
            CREATE TABLE provider_traces (
                key \(sql: dialect.identityKey),
                id TEXT NOT NULL UNIQUE,
                organization_id TEXT NOT NULL,
                step_id TEXT NOT NULL UNIQUE,
                agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
                run_id TEXT,
                request TEXT NOT NULL,
                response TEXT NOT NULL,
                created_at BIGINT NOT NULL)
            """,
            "CREATE INDEX provider_traces_by_agent ON provider_traces (agent_id, key)",
            "CREATE INDEX provider_traces_by_run ON provider_traces (run_id, key) WHERE run_id IS NOT NULL",
        ]
    }

    private static func providers(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE providers (
                id TEXT NOT NULL PRIMARY KEY,
                organization_id TEXT NOT NULL,
                name TEXT NOT NULL,
                provider_type TEXT NOT NULL,
                provider_category TEXT NOT NULL,
                base_url TEXT,
                region TEXT,
                api_version TEXT,
                api_key \(sql: dialect.bytes),
                access_key \(sql: dialect.bytes),
                models TEXT,
                last_synced BIGINT,
                extra TEXT,
                \(sql: M001.authorship),
                UNIQUE (organization_id, name))
            """,
            "CREATE INDEX providers_by_creation ON providers (organization_id, created_at, id)",
        ]
    }
}
