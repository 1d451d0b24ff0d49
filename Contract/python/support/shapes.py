"""What every resource of the contract has in its JSON: names of fields, forms of ids and times."""

import re

UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
MESSAGE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")

AGENT = set(
    "id name description metadata agent_type system model model_settings llm_config embedding embedding_config "
    "memory blocks tools tool_rules tags sources message_ids secrets tool_exec_environment_variables project_id "
    "template_id base_template_id identity_ids identities pending_approval message_buffer_autoclear enable_sleeptime "
    "multi_agent_group managed_group last_run_completion last_run_duration_ms last_stop_reason timezone "
    "max_files_open per_file_view_window_char_limit hidden created_at updated_at created_by_id last_updated_by_id "
    "response_format compaction_settings deployment_id entity_id".split()
)
BLOCK = set(
    "id label value limit description metadata read_only is_template template_name template_id base_template_id "
    "project_id preserve_on_migration hidden created_by_id last_updated_by_id tags deployment_id entity_id".split()
)
PASSAGE = set(
    "id text tags metadata archive_id source_id file_id file_name embedding embedding_config is_deleted created_at "
    "updated_at created_by_id last_updated_by_id".split()
)
ARCHIVE = set("id name description metadata embedding_config vector_db_provider created_at updated_at".split())
IDENTITY = set("id identifier_key name identity_type project_id agent_ids block_ids properties".split())
TOOL = set(
    "id name description tool_type source_type source_code json_schema args_json_schema tags return_char_limit "
    "pip_requirements npm_requirements default_requires_approval".split()
)
CONTEXT = set(
    "context_window_size_max context_window_size_current num_messages num_archival_memory num_recall_memory "
    "num_tokens_external_memory_summary external_memory_summary num_tokens_system system_prompt "
    "num_tokens_core_memory core_memory num_tokens_summary_memory summary_memory "
    "num_tokens_functions_definitions functions_definitions num_tokens_messages messages".split()
)


def is_id(value, prefix):
    return isinstance(value, str) and re.fullmatch(f"{prefix}-{UUID4}", value) is not None


def is_time(value):
    return isinstance(value, str) and TIME.fullmatch(value) is not None


def lacking(item, names):
    """The fields that should be there, null or not, and are not."""
    return names - set(item)
