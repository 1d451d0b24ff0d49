"""Runs drills one after the other. A drill yields what went wrong, a line each; nothing is good."""

import http.client
import shutil
import tempfile
import time

FAILURES = (AssertionError, OSError, ValueError, RuntimeError, LookupError, http.client.HTTPException)


def complaints_of(drill, place, asked):
    """What a drill says of a place, with the exception that ended it."""
    found = []
    try:
        found.extend(drill(place, asked))
    except FAILURES as error:
        found.append(f"{type(error).__name__}: {error}")
    return found


def run(title, drills, only, attempt):
    """The exit code. `attempt` makes the place of one drill, and returns its complaints."""
    failed = False
    for drill in drills:
        if only and drill.__name__ not in only:
            continue
        began = time.monotonic()
        complaints = attempt(drill)
        print(f"{title} {drill.__name__}: {'FAILED' if complaints else 'ok'} ({time.monotonic() - began:.1f} s)", flush=True)
        for complaint in complaints[:20]:
            print(f"  {complaint}")
        failed = failed or bool(complaints)
    print(f"{title}: {'FAILED' if failed else 'ok'}")
    return 1 if failed else 0


def run_in_new_folders(title, drills, asked):
    """The exit code. The place of each drill is a new folder, which goes away with it."""

    def attempt(drill):
        folder = tempfile.mkdtemp(prefix=f"roost-{title}-")
        try:
            return complaints_of(drill, folder, asked)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return run(title, drills, asked.only, attempt)
