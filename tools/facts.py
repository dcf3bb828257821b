"""Measures every entry of `migfix.facts` on each installed PostgreSQL and prints the table, by the tests' own code."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "server"))

from test_facts import FACTS, Fact, Measured, measured, tables

from migfix.facts import blocked_by
from migfix.verify import Server, chosen_server, installed_servers


def cells(found: Measured) -> str:
    """Lock, what it blocks, and what takes time under it."""
    work = [w for w, done in (("rewrites", found.rewritten), ("builds", found.built)) if done]
    work += [f"reads {found.rows}"] * (found.rows > 0 and not work)
    other = f"; {found.referent_lock} on the other table" if found.referent_lock else ""
    return f"{found.lock or 'none'} (blocks {blocked_by(found.lock)}{other})" + (f", {', '.join(work)}" if work else "")


def measure(fact: Fact, server: Server) -> str:
    """One entry on one server."""
    if server.major < fact.since:
        return f"since {fact.since}"
    with tables(server) as engine:
        return cells(measured(fact, engine))


def main() -> None:
    """A Markdown table, a column per installed major."""
    majors = sorted({b.major for b in installed_servers()})
    columns: dict[int, list[str]] = {}
    for major in majors:
        with Server(chosen_server(major)) as server:
            columns[major] = [measure(fact, server) for fact in FACTS.values()]
    print("| operation | " + " | ".join(f"PostgreSQL {m}" for m in majors) + " |")
    print("|---" * (len(majors) + 1) + "|")
    for index, name in enumerate(FACTS):
        print(f"| {name} | " + " | ".join(columns[m][index] for m in majors) + " |")


if __name__ == "__main__":
    main()
