"""The fixtures of a roost that asks the scripted model, in place of those of one that has no model to ask."""

from support.loop import (  # noqa: F401
    apart,
    api,
    block,
    client,
    listed,
    model,
    pytest_runtest_makereport,
    running_model,
    send,
    server,
    with_tools,
)
