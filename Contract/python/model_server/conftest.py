"""The scripted model server, and the services' own packages talking to it. No roost here, and no network."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[2] / "Scripts")]

from proof.model_process import Model  # noqa: E402


@pytest.fixture(scope="session")
def running():
    with Model() as model:
        yield model


@pytest.fixture
def model(running):
    """Nothing scripted, nothing received; afterwards no request may have broken a rule of its service."""
    running.reset()
    yield running
    assert running.stats()["violation_texts"] == []


@pytest.fixture
def careless(running):
    """For tests that break rules on purpose."""
    running.reset()
    yield running
    running.reset()
