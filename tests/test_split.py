"""Every rewritten golden case as a chain of revisions, held against the promises that need no server.

A handful of chains are snapshots in tests/golden_split: `pytest tests/test_split.py --snapshot-update`, then read them.
tests/server/test_chains.py proves all of them on a server.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from golden_cases import Case, cases, make_runnable
from migfix.engine import examine, replace
from migfix.moves.split import Split, split
from promises import comments
from split_cases import split_case, write

CASES = [case for case in cases() if case.after is not None]
TELLING = (
    "add-not-null-column/computed-value",
    "add-not-null-column/value-given",
    "add-foreign-key/two-keys",
    "create-index/in-batch-between-columns",
    "create-index/in-helper",
    "set-not-null/sqlite-too",
    "unique-constraint/in-batch",
)
REFUSED = {
    "create-index/one-of-many": "line 15: this statement of downgrade() undoes no single step of upgrade()",
    "set-not-null/with-rename": "line 25: this statement of downgrade() undoes no single step of upgrade()",
}


@pytest.fixture(autouse=True)
def _fixed_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


@pytest.fixture(params=CASES, ids=lambda c: c.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


def _revision(case: Case, place: Path, text: str | None = None) -> str:
    path = case.project(place, text=text)
    return case.workspace(place).files[path].revision.id  # type: ignore[union-attr]


def _split(case: Case, place: Path, text: str | None = None) -> Split:
    return split_case(case, place, _revision(case, place, text))


def _names(done: Split) -> dict[str, str]:
    return {Path(c.path).name: c.after for c in done.changes}


def test_every_case_but_those_becomes_a_chain(case: Case, tmp_path: Path) -> None:
    done = _split(case, tmp_path)
    if case.name in REFUSED:
        wanted = f"{REFUSED[case.name]}; `--layout single` keeps all steps in this file"
        assert (done.chain, wanted in [why for _, why in done.left]) == (None, True)
        stands = [f.span for f in examine(case.workspace(tmp_path)).findings if f.index is not None]
        assert [f.span for f, _ in done.left] == stands, "a finding is not where the file has it"
        return
    assert done.chain is not None
    ids = [link.revision for link in done.chain.links]
    assert _revision(case, tmp_path / "again") == ids[-1]
    assert len(set(ids)) == len(ids)


def test_a_chain_holds_its_promises(case: Case, tmp_path: Path) -> None:
    before = case.before
    done = _split(case, tmp_path)
    if done.chain is None:
        return
    after = [change.after for change in done.changes]
    for text in after:
        compile(text.lstrip("\ufeff"), "after.py", "exec")
    lost = comments(before) - sum((comments(text) for text in after), Counter())
    assert not lost, f"comments lost: {lost}"
    workspace = replace(case.workspace(tmp_path), done.changes)
    ids = [link.revision for link in done.chain.links]
    kept = {(f.code, f.subject) for f, _ in done.left}
    found = {(f.code, f.subject) for f in examine(workspace).findings if f.revision in ids}
    assert found <= kept, "the chain has findings that the revision had not"
    for revision in ids:
        again = split(
            workspace,
            revision,
            review=bool(case.options.get("review")),
            choose=case.options.get("plan", {}),
        )
        assert again.changes == (), f"a second run changes {revision} again"


def test_alembic_loads_the_chain_in_order(case: Case, tmp_path: Path) -> None:
    heads = _scripts(case, tmp_path).get_heads() if _revision(case, tmp_path) else []
    done = split_case(case, tmp_path, heads[0]) if heads else _split(case, tmp_path)
    if done.chain is None:
        return
    write(done)
    scripts = _scripts(case, tmp_path)
    assert scripts.get_heads() == heads
    walked = [s.revision for s in scripts.walk_revisions(head=heads[0])]
    ids = [link.revision for link in done.chain.links]
    assert walked[: len(ids)] == ids[::-1]


def _scripts(case: Case, place: Path) -> ScriptDirectory:
    if not (case.folder / "setup.py").exists():
        (place / "versions" / "setup_base.py").write_text(
            'revision = "base"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n'
        )
    make_runnable(place)
    return ScriptDirectory.from_config(Config(str(place / "alembic.ini")))


def test_line_ends_are_kept(case: Case, tmp_path: Path) -> None:
    unix = case.before.replace("\r\n", "\n")
    after = _names(_split(case, tmp_path / "lf", unix))
    windows = _names(_split(case, tmp_path / "crlf", unix.replace("\n", "\r\n")))
    assert windows == {name: text.replace("\n", "\r\n") for name, text in after.items()}


OFFLINE = """
import sys
from alembic.config import main
main(["-c", sys.argv[1], "upgrade", "base:heads", "--sql"])
"""


def test_a_chain_renders_offline(case: Case, tmp_path: Path) -> None:
    """`alembic upgrade --sql` prints every revision, wherever it prints the original."""
    if not (case.folder / "setup.py").exists():
        return
    done = _split(case, tmp_path)
    if done.chain is None or len(done.chain.links) < 2:
        return
    command = [sys.executable, "-c", OFFLINE, str(tmp_path / "alembic.ini")]
    make_runnable(tmp_path)
    done = split_case(case, tmp_path, done.chain.links[-1].revision)
    original = subprocess.run(command, capture_output=True, text=True, check=False)
    if original.returncode:
        return
    write(done)
    rendered = subprocess.run(command, capture_output=True, text=True, check=False)
    assert rendered.returncode == 0, rendered.stderr[-2000:]
    stamps = rendered.stdout.count("UPDATE alembic_version") + rendered.stdout.count("INSERT INTO alembic_version")
    assert stamps == 1 + len(done.chain.links)


@pytest.mark.parametrize("name", TELLING)
def test_a_chain_reads_as_if_a_person_had_written_it(name: str, tmp_path: Path, snapshot) -> None:
    case = next(c for c in CASES if c.name == name)
    done = _split(case, tmp_path)
    assert done.chain is not None
    files = {
        f"{number}_{Path(link.change.path).name}": link.change.after for number, link in enumerate(done.chain.links, 1)
    }
    said = [
        f"{link.message}{f'  <- the release that {link.release}' if link.release else ''}" for link in done.chain.links
    ]
    snapshot.snapshot_dir = Path(__file__).parent / "golden_split"
    snapshot.assert_match_dir({"chain.txt": "\n".join(said) + "\n", **files}, name.replace("/", "."))


ON_SQLITE = """
import sys
from alembic.config import main
for step in (["upgrade", "heads"], ["downgrade", "base"], ["upgrade", "heads"]):
    main(["-c", sys.argv[1], *step])
"""


@pytest.mark.parametrize("case", [c for c in CASES if "sqlite" in c.dialects], ids=lambda c: c.name)
def test_a_chain_runs_on_sqlite_where_the_original_did(case: Case, tmp_path: Path) -> None:
    results = []
    for name in ("before", "after"):
        revision = _revision(case, tmp_path / name)
        make_runnable(tmp_path / name)
        done = split_case(case, tmp_path / name, revision)
        if done.chain is None:
            return
        if name == "after":
            write(done)
        command = [sys.executable, "-c", ON_SQLITE, str(tmp_path / name / "alembic.ini")]
        environment = {"DATABASE_URL": f"sqlite:///{tmp_path / name}.db", "PATH": ""}
        results.append(subprocess.run(command, capture_output=True, text=True, check=False, env=environment))
    original, chain = results
    if original.returncode == 0:
        assert chain.returncode == 0, chain.stderr[-3000:]
