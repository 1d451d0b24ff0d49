"""What only newer versions of the SDK have."""

import importlib.metadata

import pytest

VERSION = tuple(int(part) for part in importlib.metadata.version("letta-client").split("."))
newer = pytest.mark.skipif(VERSION < (1, 12), reason="this version of the SDK has no such call")
