"""Exceptions of the code that was run, as the host is told of them."""

import traceback

# Of this program's own frames nobody learns anything.
OWN_FILES = ("<roost_runner>", "<frozen ", "/roost_runner/")
LONGEST_MESSAGE = 100_000


def failure(error, file_name):
    """The answer for an exception. `line` is the one of the source that was reached last."""
    answer = {
        "ok": False,
        "kind": type(error).__name__,
        "message": message(error),
        "traceback": shown(error),
    }
    line = line_in(error, file_name)
    if line is not None:
        answer["line"] = line
    return answer


def message(error):
    if isinstance(error, SystemExit):
        return "the code ended itself with sys.exit(%s)" % ("" if error.code is None else repr(error.code))
    if isinstance(error, RecursionError):
        return "%s: a function calls itself without end" % error
    try:
        return str(error)[:LONGEST_MESSAGE]
    except BaseException:  # Its __str__ is the code's.
        return "(its message cannot be shown)"


def is_own(frame):
    return any(name in frame.filename for name in OWN_FILES)


def shown(error):
    try:
        summary = traceback.TracebackException.from_exception(error)
        without_own_frames(summary, set())
        return "".join(summary.format())
    except BaseException:  # An exception may be anything, also one that cannot be shown.
        return "%s: %s\n" % (type(error).__name__, message(error))


def without_own_frames(summary, seen):
    """Cuts our frames out of an exception and of those that led to it."""
    if summary is None or id(summary) in seen:
        return
    seen.add(id(summary))
    kept = [frame for frame in summary.stack if not is_own(frame)]
    # Python's own functions stay when the code called them, not when they called the code.
    while kept and not kept[0].filename.startswith("<") and any(frame.filename.startswith("<") for frame in kept):
        kept.pop(0)
    summary.stack[:] = kept
    for other in [summary.__cause__, summary.__context__] + (getattr(summary, "exceptions", None) or []):
        without_own_frames(other, seen)


def line_in(error, file_name):
    if isinstance(error, SyntaxError) and error.filename == file_name:
        return error.lineno
    line, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == file_name:
            line = step.tb_lineno
        step = step.tb_next
    return line
