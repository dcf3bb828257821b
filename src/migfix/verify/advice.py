"""What helps against an error of the server, by what it says: on the way to a revision, and in the revision itself."""

from __future__ import annotations

import re

from migfix.verify.server import Server

BY_TEXT = (
    (
        r'(?:extension "([^"]+)" is not available|extension control file ".*/([^/"]+)\.control")',
        "The extension {0} is not installed with {server}; verify on a server that has it: --server URL",
    ),
    (
        r'type "([^"]+)" does not exist',
        "No earlier migration makes the type {0}, and no extension of {server} does; a dump of the real schema has it:"
        " --schema FILE.sql, or a server whose template has it: --server URL",
    ),
    (
        r'column "?([\w.]+)"? (?:of relation "[^"]+" )?does not exist',
        "Nothing before it makes the column {0}; where the real schema has it, start from a dump: --schema FILE.sql",
    ),
    (
        r'(?:relation|table|schema|function) "?([\w.]+)[^"\n]*"? does not exist',
        "The migrations expect {0} to be there already; start from a dump of the real schema: --schema FILE.sql",
    ),
    (
        r"No module named '([^']+)'",
        "The module {0} is not installed in the Python that runs the project; name the project's own: --python PATH",
    ),
    (
        r"KeyError: '([A-Z][A-Z0-9_]+)'",
        "env.py wants the environment variable {0}; any value that it accepts will do, connections are redirected:"
        " --env {0}=postgresql://",
    ),
    (
        r"Field required|validation errors? for",
        "The project's settings want environment variables; any that they accept will do, connections are redirected:"
        " --env NAME=VALUE",
    ),
    (
        r"Could not locate a Flask application",
        "Flask finds the application through a variable: --env FLASK_APP=MODULE",
    ),
    (
        r"opened a connection to another server",
        "It does not let SQLAlchemy connect, so it cannot be redirected; give it the throw-away address in the variable"
        " that it reads: --env NAME={{url}}",
    ),
    (
        r"Can't locate revision identified by '([^']+)'",
        "There is no revision {0} in this project: is it the one that the revision belongs to?",
    ),
)
BY_STATE = {
    "23505": "Merge or remove the duplicates in a revision before it, or index only the rows that must differ:"
    ' --where TABLE.COLUMN="…"',
    "23502": "Give these rows a value in a revision before it, in batches; --value TABLE.COLUMN=SQL lets migfix write"
    " that step",
    "23514": "Correct these rows in a revision before it; added NOT VALID first, the check holds for new rows meanwhile",
    "23503": "Correct or delete these rows in a revision before it; added NOT VALID first, the key holds for new rows"
    " meanwhile",
    "22001": "Shorten these values in a revision before it, or keep the longer type",
    "22003": "Correct these values in a revision before it, or choose a type that holds them",
    "22P02": "Correct these values in a revision before it: they are none of the new type",
}
"""By PostgreSQL's error code (PostgreSQL 18 documentation, appendix A)."""


def advice(said: str, *, server: Server, sqlstate: str = "") -> str:
    """What helps, in one sentence; "" where that is not known."""
    for pattern, text in BY_TEXT:
        if found := re.search(pattern, said):
            which = f"PostgreSQL {server.binaries.version} ({server.binaries.provider})"
            return text.format(*filter(None, found.groups()), server=which)
    return BY_STATE.get(sqlstate, "")


def is_about_rows(sqlstate: str) -> bool:
    """Whether other rows could have let the statement pass (classes 22 and 23: data, integrity)."""
    return sqlstate[:2] in ("22", "23")
