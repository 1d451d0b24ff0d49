/// Models as the contract spells them (`Model`, `EmbeddingModel`), with their deprecated twins.
package enum ModelSchemas {
    package static let providerTypes = [
        "anthropic", "azure", "baseten", "bedrock", "cerebras", "chatgpt_oauth", "deepseek", "fireworks", "google_ai",
        "google_vertex", "groq", "hugging-face", "letta", "lmstudio_openai", "minimax", "mistral", "ollama", "openai",
        "together", "vllm", "sglang", "openrouter", "xai", "zai", "zai_coding",
    ]

    package static let endpointTypes = [
        "openai", "anthropic", "google_ai", "google_vertex", "azure", "groq", "ollama", "webui", "webui-legacy",
        "lmstudio", "lmstudio-legacy", "lmstudio-chatcompletions", "llamacpp", "koboldcpp", "vllm", "hugging-face",
        "baseten", "minimax", "mistral", "together", "bedrock", "deepseek", "xai", "zai", "zai_coding", "openrouter",
        "chatgpt_oauth",
    ]

    package static let embeddingEndpointTypes = [
        "openai", "anthropic", "bedrock", "google_ai", "google_vertex", "azure", "groq", "ollama", "webui",
        "webui-legacy", "lmstudio", "lmstudio-legacy", "llamacpp", "koboldcpp", "vllm", "hugging-face", "mistral",
        "together", "pinecone",
    ]

    package static let categories = ["base", "byok"]

    package static let model = Schema.object(
        "Model",
        [
            .maybe("handle", .string()),
            .required("name", .string()),
            .maybe("display_name", .string()),
            .required("provider_type", .enumeration(providerTypes)),
            .maybe("provider_name", .string()),
            .required("model_type", .enumeration(["llm"])),
            .required("max_context_window", .integer()),
            .required("model", .string()),
            .required("model_endpoint_type", .enumeration(endpointTypes)),
            .maybe("model_endpoint", .string()),
            .maybe("provider_category", .enumeration(categories)),
            .maybe("model_wrapper", .string()),
            .required("context_window", .integer()),
            .maybe("put_inner_thoughts_in_kwargs", .boolean),
            .optional("temperature", .number()),
            .maybe("max_tokens", .integer()),
            .optional("enable_reasoner", .boolean),
            .maybe("reasoning_effort", .string()),
            .optional("max_reasoning_tokens", .integer()),
            .maybe("effort", .string()),
            .maybe("frequency_penalty", .number()),
            .maybe("compatibility_type", .string()),
            .maybe("verbosity", .string()),
            .maybe("tier", .string()),
            .maybe("parallel_tool_calls", .boolean),
            .maybe("response_format", .freeObject),
            .optional("strict", .boolean),
            .optional("return_logprobs", .boolean),
            .maybe("top_logprobs", .integer()),
            .optional("return_token_ids", .boolean),
            .maybe("tool_call_parser", .string()),
        ])

    package static let embeddingModel = Schema.object(
        "EmbeddingModel",
        [
            .maybe("handle", .string()),
            .required("name", .string()),
            .required("display_name", .string()),
            .required("provider_type", .enumeration(providerTypes)),
            .required("provider_name", .string()),
            .required("model_type", .enumeration(["embedding"])),
            .required("embedding_endpoint_type", .enumeration(embeddingEndpointTypes)),
            .maybe("embedding_endpoint", .string()),
            .required("embedding_model", .string()),
            .required("embedding_dim", .integer()),
            .maybe("embedding_chunk_size", .integer()),
            .optional("batch_size", .integer()),
            .maybe("azure_endpoint", .string()),
            .maybe("azure_version", .string()),
            .maybe("azure_deployment", .string()),
        ])
}
