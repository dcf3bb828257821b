"""What is new, in real git checkouts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from migfix.errors import UsageError
from migfix.scope import added_by, changed_scope, published, whereabouts


class Checkout:
    """A git checkout in a folder, with the commands the tests need."""

    def __init__(self, top: Path, branch: str = "main") -> None:
        self.top = top
        top.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", branch)

    def git(self, *arguments: str) -> None:
        who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, "-C", str(self.top), *arguments], check=True, capture_output=True)

    def write(self, *names: str) -> None:
        for name in names:
            path = self.top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{path.read_text() if path.exists() else ''}{name}\n")

    def commit(self, *names: str) -> None:
        self.write(*names)
        self.git("add", *names)
        self.git("commit", "-q", "-m", "x")

    def changed(self, since: str | None = None, *, staged: bool = False) -> list[str]:
        found = changed_scope(self.top, since=since, staged=staged)
        assert found is not None
        return sorted(p.relative_to(self.top).as_posix() for p in found.files)

    def published(self) -> dict[str, str]:
        found = published(self.top)
        assert found is not None
        return {p.relative_to(self.top).as_posix(): where for p, where in sorted(found.files.items())}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path / "r")
    made.commit("old.py", "gone.py")
    return made


def test_a_branch_counts_from_the_merge_base(checkout: Checkout) -> None:
    checkout.git("checkout", "-q", "-b", "feature")
    checkout.commit("new.py", "old.py")
    checkout.git("checkout", "-q", "main")
    checkout.commit("other.py")
    checkout.git("checkout", "-q", "feature")
    checkout.git("rm", "-q", "gone.py")
    checkout.write("untracked.py", "sub/deep.py")
    assert checkout.changed() == ["new.py", "old.py", "sub/deep.py", "untracked.py"]


def test_on_the_default_branch_only_what_is_not_committed_counts(checkout: Checkout) -> None:
    assert checkout.changed() == []
    checkout.write("old.py", "new.py")
    assert checkout.changed() == ["new.py", "old.py"]


def test_ignored_files_do_not_count(checkout: Checkout) -> None:
    checkout.write(".gitignore")
    (checkout.top / ".gitignore").write_text("*.pyc\n")
    checkout.write("a.pyc")
    assert checkout.changed() == [".gitignore"]


def test_the_remote_default_branch_comes_first(tmp_path: Path) -> None:
    upstream = Checkout(tmp_path / "up", branch="trunk")
    upstream.commit("a.py")
    subprocess.run(["git", "clone", "-q", str(upstream.top), str(tmp_path / "r")], check=True, capture_output=True)
    clone = Checkout(tmp_path / "r")
    clone.commit("b.py")
    scope = changed_scope(clone.top, since=None, staged=False)
    assert scope is not None
    assert (clone.changed(), scope.since) == (["b.py"], "origin/trunk")


def test_since_a_revision(checkout: Checkout) -> None:
    checkout.commit("b.py")
    checkout.commit("c.py")
    assert checkout.changed("HEAD~1") == ["c.py"]
    assert checkout.changed("HEAD~2") == ["b.py", "c.py"]


def test_staged(checkout: Checkout) -> None:
    checkout.write("staged.py", "loose.py")
    checkout.git("add", "staged.py")
    assert checkout.changed(staged=True) == ["staged.py"]


def test_before_the_first_commit_everything_is_new(tmp_path: Path) -> None:
    empty = Checkout(tmp_path / "r")
    empty.write("a.py", "b.py")
    empty.git("add", "a.py")
    assert empty.changed() == ["a.py", "b.py"]


def test_without_a_known_default_branch_only_what_is_not_committed_counts(tmp_path: Path) -> None:
    made = Checkout(tmp_path / "r", branch="work")
    made.commit("a.py")
    made.write("b.py")
    assert made.changed() == ["b.py"]


def test_unusual_names_survive(checkout: Checkout) -> None:
    checkout.write("é ü.py", "line\nbreak.py")
    assert checkout.changed() == ["line\nbreak.py", "é ü.py"]


def test_a_subfolder_sees_the_whole_checkout(checkout: Checkout) -> None:
    checkout.write("sub/a.py", "b.py")
    found = changed_scope(checkout.top / "sub", since=None, staged=False)
    assert found is not None
    assert found.files == {checkout.top / "sub/a.py", checkout.top / "b.py"}


def test_a_link_to_the_checkout_keeps_the_callers_spelling(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(checkout.top)
    checkout.write("a.py")
    found = changed_scope(tmp_path / "link", since=None, staged=False)
    assert found is not None
    assert found.files == {tmp_path / "link/a.py"}


@pytest.mark.parametrize("since", ["nowhere", "--output=x", "", "HEAD:old.py"])
def test_a_bad_revision_is_a_usage_error(checkout: Checkout, since: str) -> None:
    with pytest.raises(UsageError) as caught:
        checkout.changed(since)
    assert (
        str(caught.value) == f"--since {since}: git knows no such revision; try `git fetch`, or name a branch or commit"
    )
    assert [p.name for p in checkout.top.iterdir() if p.name != ".git"] in (
        ["old.py", "gone.py"],
        ["gone.py", "old.py"],
    )


def test_outside_of_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert changed_scope(tmp_path, since=None, staged=False) is None
    assert published(tmp_path) is None
    with pytest.raises(UsageError, match=r"--since: .* is not in a git checkout"):
        changed_scope(tmp_path, since="main", staged=False)
    with pytest.raises(UsageError, match="--staged"):
        changed_scope(tmp_path, since=None, staged=True)


def test_without_git(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert changed_scope(checkout.top, since=None, staged=False) is None


def test_published_is_what_the_default_branch_has(checkout: Checkout) -> None:
    checkout.git("checkout", "-q", "-b", "feature")
    checkout.commit("new.py")
    checkout.git("rm", "-q", "gone.py")
    checkout.git("commit", "-q", "-m", "x")
    assert checkout.published() == {"gone.py": "main", "old.py": "main"}


def test_what_the_default_branch_got_later_is_published_too(checkout: Checkout) -> None:
    checkout.git("checkout", "-q", "-b", "feature")
    checkout.git("checkout", "-q", "main")
    checkout.commit("later.py")
    checkout.git("checkout", "-q", "feature")
    assert checkout.published()["later.py"] == "main"


def test_a_tag_publishes_what_no_branch_has_any_more(checkout: Checkout) -> None:
    checkout.git("checkout", "-q", "-b", "release")
    checkout.commit("hotfix.py")
    checkout.git("tag", "v1.1")
    checkout.git("checkout", "-q", "-b", "feature")
    checkout.commit("new.py")
    assert checkout.published() == {"gone.py": "main", "hotfix.py": "a tag", "old.py": "main"}


def _cloned(tmp_path: Path) -> Checkout:
    upstream = Checkout(tmp_path / "up")
    upstream.commit("a.py")
    subprocess.run(["git", "clone", "-q", str(upstream.top), str(tmp_path / "r")], check=True, capture_output=True)
    clone = Checkout(tmp_path / "r")
    clone.git("config", "push.default", "current")
    return clone


def test_pushing_a_branch_for_review_publishes_nothing(tmp_path: Path) -> None:
    clone = _cloned(tmp_path)
    clone.git("checkout", "-q", "-b", "feature")
    clone.commit("b.py")
    clone.git("push", "-q", "-u", "origin", "feature")
    assert clone.published() == {"a.py": "origin/main"}


def test_the_branch_that_is_tracked_publishes(tmp_path: Path) -> None:
    clone = _cloned(tmp_path)
    clone.git("checkout", "-q", "-b", "develop")
    clone.commit("b.py")
    clone.git("push", "-q", "-u", "origin", "develop")
    clone.git("checkout", "-q", "-b", "feature", "--track", "origin/develop")
    clone.commit("c.py")
    assert clone.published() == {"a.py": "origin/main", "b.py": "origin/develop"}


def test_before_the_first_commit_git_knows_of_nothing_published(tmp_path: Path) -> None:
    empty = Checkout(tmp_path / "r")
    empty.write("a.py")
    assert published(empty.top) is None


def test_without_a_default_branch_what_is_committed_is_published(tmp_path: Path) -> None:
    made = Checkout(tmp_path / "r", branch="work")
    made.commit("a.py")
    made.write("b.py")
    assert made.published() == {"a.py": "the last commit"}


def test_who_added_a_file(checkout: Checkout) -> None:
    found = added_by(checkout.top / "old.py")
    assert found is not None
    assert (found.author, len(found.date.split("-"))) == ("t", 3)
    checkout.write("new.py")
    assert added_by(checkout.top / "new.py") is None


def test_a_revision_of_another_branch_is_found(checkout: Checkout) -> None:
    checkout.git("checkout", "-q", "-b", "feature")
    checkout.commit("versions/89a67cacf69a_x.py")
    checkout.write("versions/plain.py")
    (checkout.top / "versions/plain.py").write_text("revision = 'abc123'\n")
    checkout.git("add", ".")
    checkout.git("commit", "-q", "-m", "x")
    checkout.git("checkout", "-q", "main")
    assert whereabouts(checkout.top, "89a67cacf69a") == "git has it on feature"
    assert whereabouts(checkout.top, "abc123") == "git has it on feature"
    assert whereabouts(checkout.top, "nowhere") is None


def test_a_deleted_revision_is_found(checkout: Checkout) -> None:
    checkout.commit("versions/89a67cacf69a_x.py")
    checkout.git("rm", "-q", "versions/89a67cacf69a_x.py")
    checkout.git("commit", "-q", "-m", "x")
    said = whereabouts(checkout.top, "89a67cacf69a")
    assert said is not None
    assert said.startswith("its file was deleted in commit ")
