"""What runs inside the sandbox: one request in, one answer out (docs/design/sandbox.md)."""
