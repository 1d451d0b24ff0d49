"""What a function's parameter `agent_state` is given: a copy of the agent as it was when the call began."""

import json


class Record(dict):
    """An object of JSON whose members are attributes too."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError("There is no '%s' here, only %s." % (name, ", ".join(self))) from None

    def __setattr__(self, name, value):
        self[name] = value

    def model_dump(self, **_):
        return json.loads(json.dumps(self))

    dict = model_dump

    def model_dump_json(self, **_):
        return json.dumps(self)


def record(value):
    if isinstance(value, dict):
        return Record((name, record(member)) for name, member in value.items())
    return [record(item) for item in value] if isinstance(value, list) else value


class Memory(Record):
    """The blocks of an agent. They are a copy: a tool changes memory through the API, not here."""

    def get_block(self, label):
        for block in self["blocks"]:
            if block.get("label") == label:
                return block
        raise KeyError(
            "Block field %s does not exist (available sections = %s)" % (label, ", ".join(self.list_block_labels()))
        )

    def get_blocks(self):
        return self["blocks"]

    def list_block_labels(self):
        return [block.get("label") for block in self["blocks"]]

    def update_block_value(self, label, value):
        raise PermissionError(
            "Memory cannot be changed from a tool's code. Let the agent use a memory tool with what this one returns."
        )

    def compile(self, *_, **__):
        return "\n".join(
            "<%s>\n%s\n</%s>" % (block.get("label"), block.get("value"), block.get("label")) for block in self["blocks"]
        )


class AgentState(Record):
    def __init__(self, state):
        super().__init__(record(state))
        memory = Memory(self.get("memory") or {})
        memory["blocks"] = memory.get("blocks") or self.get("blocks") or []
        self["memory"] = memory
        self.setdefault("blocks", memory["blocks"])
