"""What the MCP tests share."""
