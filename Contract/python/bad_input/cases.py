"""All malformed requests. Everything comes from one seed, so that a failure can be repeated."""

import random

import bodies
import paths
import protocol


def every(agent, archive, agentfile, seed):
    dice = random.Random(seed)
    groups = [
        bodies.wrong_types(agent, archive),
        bodies.wrong_items(agent, archive),
        bodies.broken_json(agent, archive, dice),
        paths.bad_ids(agent, dice),
        paths.bad_queries(agent),
        paths.unknown_routes(dice),
        bodies.forms(agentfile),
        paths.headers(agent),
        protocol.odd(agent, dice),
        protocol.garbage(dice),
    ]
    return [case for group in groups for case in group]
