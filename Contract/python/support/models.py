"""Handles that the tests give to agents; nothing is configured for them, and nothing needs to be."""

MODEL = "openai/gpt-4o-mini"
EMBEDDING = "openai/text-embedding-3-small"
