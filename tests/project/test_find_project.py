"""Every way a project says where its revisions are, and the one line it gets when that is broken."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from project_trees import Tree, revision_text

from migfix.errors import MigfixError, UsageError
from migfix.read.project import ProjectLayout, find_project

INI = "[alembic]\nscript_location = alembic\n"
ENV = "# env\n"


def versions(layout: ProjectLayout, top: Path) -> list[str]:
    return [d.relative_to(top).as_posix() for d in layout.version_dirs]


@pytest.mark.parametrize(
    ("files", "start", "expected"),
    [
        pytest.param({"alembic.ini": INI, "alembic/env.py": ENV}, ".", ["alembic/versions"], id="stock"),
        pytest.param(
            {"alembic.ini": INI, "alembic/env.py": ENV, "app/x/": ""}, "app/x", ["alembic/versions"], id="from-below"
        ),
        pytest.param(
            {"alembic.ini": "[alembic]\nscript_location = %(here)s/db/mig\n", "db/mig/env.py": ENV},
            ".",
            ["db/mig/versions"],
            id="here",
        ),
        pytest.param(
            {"backend/alembic.ini": INI, "backend/alembic/env.py": ENV},
            ".",
            ["backend/alembic/versions"],
            id="one-down",
        ),
        pytest.param(
            {"a/backend/alembic.ini": INI, "a/backend/alembic/env.py": ENV},
            ".",
            ["a/backend/alembic/versions"],
            id="two-down",
        ),
        pytest.param(
            {"backend/alembic.ini": "[alembic]\nscript_location = backend/alembic\n", "backend/alembic/env.py": ENV},
            ".",
            ["backend/alembic/versions"],
            id="relative-to-the-working-directory",
        ),
        pytest.param(
            {"migrations/alembic.ini": "[loggers]\nkeys = root\n", "migrations/env.py": ENV},
            ".",
            ["migrations/versions"],
            id="flask",
        ),
        pytest.param(
            {"migrations/alembic.ini": "[alembic]\n", "migrations/env.py": ENV},
            "migrations",
            ["migrations/versions"],
            id="flask-inside",
        ),
        pytest.param(
            {"pyproject.toml": '[tool.alembic]\nscript_location = "%(here)s/mig"\n', "mig/env.py": ENV},
            ".",
            ["mig/versions"],
            id="pyproject",
        ),
        pytest.param(
            {
                "pyproject.toml": '[tool.alembic]\nscript_location = "mig"\nversion_locations = ["%(here)s/a", "b/c"]\n',
                "mig/env.py": ENV,
            },
            ".",
            ["a", "b/c"],
            id="pyproject-locations",
        ),
        pytest.param(
            {
                "alembic.ini": "[alembic]\nsqlalchemy.url = x\n",
                "pyproject.toml": '[tool.alembic]\nscript_location = "mig"\n',
                "mig/": "",
            },
            ".",
            ["mig/versions"],
            id="both",
        ),
        pytest.param(
            {"alembic.ini": "[alembic]\nscript_location = app.db:migrations\n", "src/app/db/migrations/env.py": ENV},
            ".",
            ["src/app/db/migrations/versions"],
            id="package-in-src",
        ),
        pytest.param(
            {"alembic.ini": "[alembic]\nscript_location = app:mig\nprepend_sys_path = lib\n", "lib/app/mig/": ""},
            ".",
            ["lib/app/mig/versions"],
            id="package-in-prepend-sys-path",
        ),
        pytest.param(
            {"alembic/env.py": ENV, "alembic/versions/": ""}, "alembic", ["alembic/versions"], id="no-configuration"
        ),
        pytest.param(
            {"alembic/env.py": ENV, "alembic/versions/": ""},
            ".",
            ["alembic/versions"],
            id="no-configuration-from-above",
        ),
        pytest.param({"r/a.py": revision_text("a")}, "r", ["r"], id="bare-folder"),
        pytest.param({"r/versions/a.py": revision_text("a")}, "r", ["r/versions"], id="bare-versions"),
        pytest.param(
            {"alembic.ini": INI, "alembic/env.py": ENV, "other/a.py": revision_text("a")},
            "other",
            ["other"],
            id="bare-beside-a-project",
        ),
        pytest.param(
            {"alembic.ini": INI, "alembic/versions/a.py": revision_text("a")},
            "alembic/versions/a.py",
            ["alembic/versions"],
            id="file",
        ),
        pytest.param(
            {"alembic.ini": INI, "alembic/env.py": ENV},
            "alembic/versions/new.py",
            ["alembic/versions"],
            id="stdin-name",
        ),
    ],
)
def test_finds_the_version_locations(tree: Tree, files: dict[str, str], start: str, expected: list[str]) -> None:
    top = tree(files)
    layout = find_project(top / start, config=None)
    assert expected == versions(layout, top)


@pytest.mark.parametrize(
    ("separator", "text"),
    [
        ("path_separator = :\n", "a:b"),
        ("path_separator = ;\n", "a;b"),
        ("path_separator = space\n", "a b"),
        ("path_separator = newline\n", "\n  a\n  b"),
        ("path_separator = os\n", os.pathsep.join(["a", "b"])),
        ("version_path_separator = :\n", "a:b"),
        ("version_path_separator = os\n", os.pathsep.join(["a", "b"])),
        ("path_separator = ;\nversion_path_separator = :\n", "a;b"),
        ("", "a b"),
        ("", "a, b"),
        ("", "%(here)s/a,b"),
    ],
)
def test_splits_version_locations_as_alembic_does(tree: Tree, separator: str, text: str) -> None:
    top = tree({"alembic.ini": f"[alembic]\nscript_location = m\n{separator}version_locations = {text}\n", "m/": ""})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        theirs = ScriptDirectory.from_config(Config("alembic.ini"))._version_locations
    layout = find_project(top, config=None)
    assert versions(layout, top) == ["a", "b"]
    assert [os.path.normpath(p) for p in theirs] == [str(d) for d in layout.version_dirs]


def test_lists_the_files_alembic_would_load(tree: Tree) -> None:
    top = tree(
        {
            "alembic.ini": INI + "recursive_version_locations = true\n",
            "alembic/versions/b.py": revision_text("b"),
            "alembic/versions/a.py": revision_text("a"),
            "alembic/versions/__init__.py": "",
            "alembic/versions/README": "",
            "alembic/versions/.#a.py": "",
            "alembic/versions/._a.py": "",
            "alembic/versions/a.pyc": "",
            "alembic/versions/__pycache__/a.py": "",
            "alembic/versions/2024/c.py": revision_text("c"),
            "alembic/versions/.hidden/d.py": revision_text("d"),
        }
    )
    files = [p.relative_to(top / "alembic/versions").as_posix() for p in find_project(top, config=None).listing().files]
    assert files == ["a.py", "b.py", "2024/c.py"]


def test_does_not_descend_unless_recursive(tree: Tree) -> None:
    top = tree({"alembic.ini": INI, "alembic/versions/sub/a.py": revision_text("a")})
    assert find_project(top, config=None).listing().files == ()


def test_reports_links_that_lead_nowhere(tree: Tree) -> None:
    top = tree({"alembic.ini": INI, "alembic/versions/a.py": revision_text("a")})
    folder = top / "alembic/versions"
    (folder / "same.py").symlink_to(folder / "a.py")
    (folder / "broken.py").symlink_to("gone.py")
    (folder / "loop.py").symlink_to("loop.py")
    (folder / "up").symlink_to(folder)
    (folder / "dir.py").mkdir()
    listing = find_project(top, config=None).listing()
    assert [p.name for p in listing.files] == ["a.py"]
    assert {p.name: reason for p, reason in listing.skipped} == {
        "broken.py": "a link to gone.py, which does not exist",
        "loop.py": "a link that leads back to itself",
    }


def test_section_and_config_are_the_users_choice(tree: Tree) -> None:
    ini = "[alembic]\nscript_location = one\n[audit]\nscript_location = two\nsqlalchemy.url = sqlite:///%(x)s\nfile_template = %%(rev)s\n"
    top = tree({"cfg/db.ini": ini, "cfg/one/": "", "cfg/two/env.py": ENV})
    layout = find_project(top, config=Path("cfg/db.ini"), name="audit")
    assert versions(layout, top) == ["cfg/two/versions"]
    assert ("audit", "sqlite:///%(x)s", "%(rev)s", top / "cfg/two/env.py") == (
        layout.section,
        layout.url,
        layout.file_template,
        layout.env_path,
    )


def test_a_folder_as_config_stands_for_the_configuration_in_it(tree: Tree) -> None:
    toml = '[tool.alembic]\nscript_location = "mig"\n'
    root = tree(
        {"a/pyproject.toml": toml, "a/mig/": "", "b/alembic.ini": INI, "b/alembic/": "", "b/pyproject.toml": ""}
    )
    found = [find_project(root, config=root / name).config_path for name in "ab"]
    assert found == [root / "a/pyproject.toml", root / "b/alembic.ini"]


def test_an_explicit_config_counts_from_the_working_directory_first(tree: Tree) -> None:
    top = tree({"cfg/alembic.ini": INI, "alembic/": "", "cfg/alembic/": ""})
    assert versions(find_project(top, config=Path("cfg/alembic.ini")), top) == ["alembic/versions"]


def test_reads_all_urls_of_a_multi_database_ini(tree: Tree) -> None:
    ini = INI + "databases = one, two\n[one]\nsqlalchemy.url = postgresql:///a\n[two]\nsqlalchemy.url = sqlite:///b\n"
    top = tree({"alembic.ini": ini, "alembic/": ""})
    layout = find_project(top, config=None)
    assert (layout.url, layout.urls) == (None, ("postgresql:///a", "sqlite:///b"))


def test_alembic_config_names_the_file_for_the_working_directory(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    top = tree({"alembic.ini": INI, "alembic/": "", "cfg/x.ini": "[alembic]\nscript_location = m\n", "m/": ""})
    monkeypatch.setenv("ALEMBIC_CONFIG", "cfg/x.ini")
    assert versions(find_project(Path(), config=None), top) == ["m/versions"]
    assert versions(find_project(Path("alembic"), config=None), top) == ["alembic/versions"]


def test_a_lone_file_is_a_project_by_itself(tree: Tree) -> None:
    top = tree({"x/a.py": revision_text("a"), "x/b.py": revision_text("b")})
    assert (top / "x/a.py",) == find_project(top / "x/a.py", config=None).listing().files


def test_the_search_ends_at_the_top_of_the_checkout(tree: Tree) -> None:
    top = tree({"inner/.git/": "", "alembic.ini": INI, "alembic/": "", "inner/app/": ""})
    with pytest.raises(MigfixError, match=r"no alembic\.ini"):
        find_project(top / "inner/app", config=None)


BROKEN = {
    "nothing": {"src/": ""},
    "several": {"a/alembic.ini": INI, "b/alembic.ini": INI, "a/alembic/": "", "b/alembic/": ""},
    "no-section": {"alembic.ini": "[db]\nscript_location = x\n[web]\nscript_location = y\n"},
    "no-section-at-all": {"alembic.ini": "[loggers]\nkeys = root\n"},
    "no-script-location": {"alembic.ini": "[alembic]\nsqlalchemy.url = x\n"},
    "no-script-location-toml": {"pyproject.toml": '[tool.alembic]\nfile_template = "x"\n'},
    "missing-folder": {"alembic.ini": INI},
    "missing-package": {"alembic.ini": "[alembic]\nscript_location = app:migrations\n"},
    "unknown-reference": {"alembic.ini": "[alembic]\nscript_location = %(home)s/alembic\n"},
    "lone-percent": {"alembic.ini": "[alembic]\nscript_location = a%b\n"},
    "lone-percent-in-template": {"alembic.ini": INI + "file_template = %Y_x\n", "alembic/": ""},
    "duplicate-option": {"alembic.ini": INI + "script_location = b\n"},
    "duplicate-section": {"alembic.ini": INI + "[alembic]\n"},
    "no-header": {"alembic.ini": "script_location = a\n"},
    "not-an-ini": {"alembic.ini": "[alembic]\nscript_location\n"},
    "bad-separator": {"alembic.ini": INI + "path_separator = comma\nversion_locations = a b\n", "alembic/": ""},
    "bad-toml": {"pyproject.toml": "[tool.alembic]\nscript_location = mig\n"},
    "toml-type": {"pyproject.toml": "[tool.alembic]\nscript_location = 3\n"},
    "toml-reference": {"pyproject.toml": '[tool.alembic]\nscript_location = "%(there)s/x"\n'},
    "toml-list": {"pyproject.toml": '[tool.alembic]\nscript_location = "m"\nversion_locations = "a"\n', "m/": ""},
    "toml-flag": {
        "pyproject.toml": '[tool.alembic]\nscript_location = "m"\nrecursive_version_locations = "yes"\n',
        "m/": "",
    },
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_project_is_one_clear_line(tree: Tree, snapshot, case: str) -> None:
    top = tree(BROKEN[case])
    with pytest.raises(MigfixError) as caught:
        find_project(top, config=None)
    message = f"{type(caught.value).__name__}: {caught.value}".replace(str(top), "TOP")
    assert "\n" not in message
    snapshot.snapshot_dir = Path(__file__).parent / "messages" / "find"
    snapshot.assert_match(message + "\n", f"{case}.txt")


@pytest.mark.parametrize(
    ("config", "name"), [("gone.ini", "alembic"), ("alembic.ini", "audit")], ids=["missing-config", "missing-name"]
)
def test_a_wrong_option_is_one_clear_line(tree: Tree, snapshot, request, config: str, name: str) -> None:
    top = tree({"alembic.ini": INI, "alembic/": ""})
    with pytest.raises(MigfixError) as caught:
        find_project(top, config=Path(config), name=name)
    snapshot.snapshot_dir = Path(__file__).parent / "messages" / "find"
    snapshot.assert_match(f"{type(caught.value).__name__}: {caught.value}\n", f"{request.node.callspec.id}.txt")


def test_several_projects_are_the_users_to_choose(tree: Tree) -> None:
    top = tree(BROKEN["several"])
    with pytest.raises(UsageError):
        find_project(top, config=None)
    assert versions(find_project(top, config=Path("b/alembic.ini")), top) == ["b/alembic/versions"]
