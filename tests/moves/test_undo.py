"""What was written can be taken back byte for byte, and a crash at any place leaves something that can be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from migfix.change import Change
from migfix.errors import Busy, WriteError
from migfix.moves.journal import Journal, Store
from migfix.moves.undo import Undone, undo
from migfix.moves.writing import rewritten_since, write
from migfix.read.project import ProjectLayout, find_project

LATIN = "# coding: latin-1\r\n# Größe\r\n".encode("latin-1")


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectLayout:
    return project(tmp_path / "project", monkeypatch)


def project(root: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectLayout:
    (root / "alembic/versions").mkdir(parents=True)
    (root / "alembic.ini").write_text("[alembic]\nscript_location = alembic\n")
    (root / "alembic/versions/a.py").write_bytes(LATIN)
    git(root, "init", "-q")
    monkeypatch.chdir(root)
    return find_project(root, config=None)


def edit(layout: ProjectLayout) -> tuple[Change, ...]:
    folder = layout.version_dirs[0]
    before = LATIN.decode("latin-1")
    return (
        Change(path=str(folder / "a.py"), before=before, after=before + "x = 'ß'\r\n", encoding="latin-1"),
        Change(path=str(folder / "2026/b.py"), before=None, after="new\n"),
    )


def files(layout: ProjectLayout) -> dict[str, bytes]:
    found = [p for p in layout.script_location.rglob("*") if p.is_file()]
    return {p.relative_to(layout.script_location).as_posix(): p.read_bytes() for p in found}


def folders(layout: ProjectLayout) -> list[str]:
    return [p.name for p in layout.script_location.rglob("*") if p.is_dir()]


def test_everything_is_as_it_was(layout: ProjectLayout) -> None:
    before, store = files(layout), Store.of(layout)
    a = layout.version_dirs[0] / "a.py"
    a.chmod(0o640)
    write(edit(layout), store)
    assert files(layout) == {"versions/a.py": LATIN + b"x = '\xdf'\r\n", "versions/2026/b.py": b"new\n"}
    undone = undo(store)
    assert ([p.name for p in undone.restored], [p.name for p in undone.removed]) == (["a.py"], ["b.py"])
    assert (files(layout), folders(layout), a.stat().st_mode & 0o777) == (before, ["versions"], 0o640)
    assert undo(store) == Undone()


def test_only_the_last_writing_is_taken_back(layout: ProjectLayout) -> None:
    store = Store.of(layout)
    write(edit(layout), store)
    middle = files(layout)
    write([Change(path=str(layout.version_dirs[0] / "c.py"), before=None, after="c\n")], store)
    undo(store)
    assert files(layout) == middle
    assert undo(store) == Undone()


@pytest.mark.parametrize(("name", "change"), [("a.py", "edited"), ("a.py", "deleted"), ("2026/b.py", "edited")])
def test_a_file_changed_since_is_named_and_nothing_is_undone(layout: ProjectLayout, name: str, change: str) -> None:
    store, path = Store.of(layout), layout.version_dirs[0] / name
    write(edit(layout), store)
    path.unlink() if change == "deleted" else path.write_bytes(b"mine\n")
    now = files(layout)
    with pytest.raises(WriteError) as raised:
        undo(store)
    assert str(raised.value).startswith(
        f"alembic/versions/{name}: changed since migfix wrote it, so nothing was undone"
    )
    assert files(layout) == now


def test_files_put_back_by_hand_are_no_obstacle(layout: ProjectLayout) -> None:
    store = Store.of(layout)
    before = files(layout)
    write(edit(layout), store)
    (layout.version_dirs[0] / "a.py").write_bytes(LATIN)
    assert [p.name for p in undo(store).removed] == ["b.py"]
    assert files(layout) == before


def test_what_hooks_made_of_a_file_is_taken_back_too(layout: ProjectLayout) -> None:
    store, before = Store.of(layout), files(layout)
    journal = write(edit(layout), store)
    (layout.version_dirs[0] / "2026/b.py").write_bytes(b"formatted\n")
    rewritten_since(journal, store)
    undo(store)
    assert files(layout) == before


CRASH = """
import os, sys
from pathlib import Path
from migfix.change import Change
import migfix.moves.journal, migfix.moves.writing, migfix.change
from migfix.read.project import find_project
layout = find_project(Path.cwd(), config=None)
store = migfix.moves.journal.Store.of(layout)
real, left = os.replace, int(sys.argv[1])
def replace(*arguments):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
    real(*arguments)
os.replace = replace
folder = layout.version_dirs[0]
changes = [Change(path=str(folder / f"{n}.py"), before=f"{n}\\n", after=f"{n} again\\n") for n in "xyz"]
with store.locked():
    migfix.moves.writing.write(changes, store)
"""


@pytest.mark.parametrize("renames", range(6))
def test_a_crash_between_any_two_renames_can_be_taken_back(layout: ProjectLayout, renames: int) -> None:
    """The renames are: the journal, three files, the journal's final place."""
    for name in "xyz":
        (layout.version_dirs[0] / f"{name}.py").write_text(f"{name}\n")
    before = {n: b for n, b in files(layout).items() if not n.endswith(".migfix")}
    done = subprocess.run([sys.executable, "-c", CRASH, str(renames)], capture_output=True, text=True, check=False)
    assert done.returncode == (9 if renames < 5 else 0), done.stderr
    written = sum(
        b in (b"x again\n", b"y again\n", b"z again\n") for n, b in files(layout).items() if n.endswith(".py")
    )
    assert written == min(max(renames - 1, 0), 3)
    if 1 < renames < 5:
        store = Store.of(layout)
        with pytest.raises(WriteError, match="an earlier run was interrupted after it had written"):
            write([Change(path=str(layout.version_dirs[0] / "c.py"), before=None, after="c\n")], store)
    undo(Store.of(layout))
    assert {n: b for n, b in files(layout).items() if not n.endswith(".migfix")} == before
    assert undo(Store.of(layout)) == Undone()


def test_a_plan_that_could_not_be_written_leaves_the_last_one_to_undo(layout: ProjectLayout) -> None:
    store = Store.of(layout)
    write(edit(layout), store)
    gone = Change(path=str(layout.version_dirs[0] / "a.py"), before="something else\n", after="x\n")
    new = Change(path=str(layout.version_dirs[0] / "deep/er/d.py"), before=None, after="d\n")
    with pytest.raises(WriteError, match="changed by someone else meanwhile; nothing was written"):
        write([new, gone], store)
    assert "deep" not in folders(layout)
    assert [p.name for p in undo(store).restored] == ["a.py"]


def test_without_git_it_is_kept_for_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "project"
    (root / "versions").mkdir(parents=True)
    (root / "versions/a.py").write_text("revision = 'a'\n")
    store = Store.of(find_project(root / "versions", config=None))
    assert store.folder.parent == tmp_path / "state/migfix"
    write([Change(path=str(root / "versions/b.py"), before=None, after="b\n")], store)
    assert oct((store.folder / "last.json").stat().st_mode & 0o777) == "0o600"
    undo(store)
    assert [p.name for p in (root / "versions").iterdir()] == ["a.py"]
    assert sorted(p.name for p in root.rglob("*")) == ["a.py", "versions"]


def test_a_journal_lies_with_git_and_never_in_the_tree(layout: ProjectLayout) -> None:
    write(edit(layout), Store.of(layout))
    status = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=True)
    assert "migfix" not in status.stdout
    assert [p.name for p in Path(".git/migfix").iterdir()] == [Store.of(layout).folder.name]


HOLD = """
import sys
from pathlib import Path
from migfix.moves.journal import Store
from migfix.read.project import find_project
with Store.of(find_project(Path.cwd(), config=None)).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_told_who_holds_the_project(layout: ProjectLayout) -> None:
    held = subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert held.stdout is not None
    assert held.stdout.readline() == "held\n"
    with pytest.raises(Busy) as raised, Store.of(layout).locked():
        pass
    assert str(raised.value).startswith(f"another migfix run works on this project (process {held.pid}, for ")
    held.kill()
    held.communicate()
    with Store.of(layout).locked():
        pass


def test_a_journal_that_cannot_be_read_is_named(layout: ProjectLayout) -> None:
    store = Store.of(layout)
    write(edit(layout), store)
    (store.folder / "last.json").write_text("{")
    with pytest.raises(WriteError, match=r"last\.json: cannot be read"):
        undo(store)
    (store.folder / "last.json").write_text('{"version": 99}')
    with pytest.raises(WriteError, match="written by another version of migfix"):
        undo(store)


def test_nothing_written_is_nothing_to_undo(layout: ProjectLayout) -> None:
    store = Store.of(layout)
    assert isinstance(write([], store), Journal)
    assert undo(store) == Undone()
    assert not store.folder.exists()


READ_ONLY = """
import os, sys
from pathlib import Path
from migfix.change import Change
from migfix.errors import WriteError
from migfix.moves.journal import Store
from migfix.moves.undo import undo
from migfix.moves.writing import write
from migfix.read.project import find_project
layout = find_project(Path.cwd(), config=None)
if os.getuid() == 0:
    os.setuid(65534)
try:
    if sys.argv[1] == "write":
        write([Change(path="alembic/versions/a.py", before="a\\n", after="b\\n")], Store.of(layout))
    else:
        undo(Store.of(layout))
except WriteError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such permission there")
@pytest.mark.parametrize("what", ["write", "undo"])
def test_a_folder_that_must_not_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, what: str
) -> None:
    """As a user who may write everywhere else; root may write anywhere, so the run gives up being root."""
    top = Path(tempfile.mkdtemp(prefix="migfix-read-only-"))
    request.addfinalizer(lambda: shutil.rmtree(top))
    layout = project(top / "project", monkeypatch)
    folder = layout.version_dirs[0]
    (folder / "a.py").write_text("a\n")
    if what == "undo":
        write([Change(path="alembic/versions/a.py", before="a\n", after="b\n")], Store.of(layout))
    for place in [top, *top.rglob("*")]:
        place.chmod(0o777 if place.is_dir() else 0o666)
    now = files(layout)
    folder.chmod(0o555)
    environment = {**os.environ, "XDG_STATE_HOME": str(top / "state"), "GIT_CONFIG_COUNT": "1"}
    environment |= {"GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, what], capture_output=True, text=True, check=False, env=environment
    )
    folder.chmod(0o755)
    end = "nothing was written" if what == "write" else "nothing was undone"
    assert (done.stdout, done.stderr) == (f"alembic/versions: Permission denied; {end}\n", "")
    assert files(layout) == now
