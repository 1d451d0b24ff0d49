"""Tools that tests create."""

DICE = '''
def roll(sides: int = 6, times: int = 1) -> list:
    """Rolls dice, which show their highest side.

    Args:
        sides: How many sides a die has.
        times: How many dice are rolled.

    Returns:
        The sides that are up.
    """
    print("rolling", times)
    return [sides] * times
'''

BOOM = '''
def boom(n: int):
    """Fails.

    Args:
        n: A number.
    """
    raise ValueError(f"bad {n}")
'''

WHO = '''
import os

def who(agent_state: "AgentState") -> str:
    """Says whose tool it is, and what it knows of the human."""
    print("key", os.environ["API_KEY"])
    block = agent_state.memory.get_block("human")
    return f"{agent_state.name} {os.environ['LETTA_AGENT_ID']} {block.value} {os.environ['API_KEY']}"
'''

ANALYZE = '''
def analyze_code(code: str, language: str) -> dict:
    """
    Analyze code for patterns, issues, and suggestions.

    Args:
        code: Source code to analyze
        language: Programming language (python, typescript, rust)

    Returns:
        Analysis results with patterns, issues, and suggestions
    """
    # Implementation here
    return {"patterns": [], "issues": [], "suggestions": []}
'''
