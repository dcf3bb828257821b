"""The rule pages in docs/rules are what the rules and their golden cases say today."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_rule_pages_are_current(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "tools" / "docs.py"), str(tmp_path)], check=True, capture_output=True)
    made = {p.name: p.read_text() for p in tmp_path.iterdir()}
    kept = {p.name: p.read_text() for p in (ROOT / "docs" / "rules").iterdir()}
    assert made == kept, "run `make docs` and commit docs/rules"


def test_the_guide_to_verify_names_options_that_exist() -> None:

    import click

    from migfix.cli.group import program

    others = {"--schema-only"}
    with click.Context(program) as context:
        commands = [program.get_command(context, name) for name in ("verify", "suggest", "apply", "explain")]
    known = {o for c in commands if c is not None for p in c.params for o in (*p.opts, *p.secondary_opts)}
    text = (ROOT / "docs" / "verify.md").read_text()
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    verify = commands[0]
    assert verify is not None
    missing = {o for p in verify.params for o in p.opts if o.startswith("--")} - named
    assert named - known - others == set()
    assert missing <= {
        "--since",
        "--staged",
        "--all",
        "--select",
        "--ignore",
        "--dialect",
        "--value",
        "--config",
        "--name",
        "--output",
        "--color",
        "--quiet",
        "--verbose",
        "--layout",
        "--max-stall",
    }


def test_links_of_the_guides_lead_somewhere() -> None:

    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
