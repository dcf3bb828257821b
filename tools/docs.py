"""Builds a Markdown page per rule into docs/rules/: the rule's own docstring, then a golden case as its example."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from migfix.rules.api import Rule, rules

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "rules"


def example(rule: Rule) -> str:
    """The golden case with the smallest difference among those that the rule rewrites; nothing when it rewrites none."""
    pairs = [
        (case / "before.py", case / "after.py")
        for case in sorted((ROOT / "tests" / "golden" / rule.name).glob("*/"))
        if (case / "after.py").exists() and (case / "before.py").exists()
    ]
    if not pairs:
        return ""
    lines = min((difference(before, after) for before, after in pairs), key=len)
    return "\n## Example\n\n```diff\n" + "\n".join(lines) + "\n```\n"


def difference(before: Path, after: Path) -> list[str]:
    """The lines of a unified diff."""
    old, new = (path.read_bytes().decode("utf-8-sig").splitlines() for path in (before, after))
    return list(difflib.unified_diff(old, new, "before", "after", lineterm="", n=2))


def page(rule: Rule) -> str:
    """One rule's page."""
    _, _, body = rule.page.strip().partition("\n")
    return f"# {rule.name} ({rule.code})\n\n**{rule.summary}.**\n\n{body.strip()}\n{example(rule)}"


def index(found: tuple[Rule, ...]) -> str:
    """The list of all rules."""
    rows = [f"| [{rule.code}]({rule.name}.md) | {rule.name} | {rule.summary} |" for rule in found]
    return "# Rules\n\n| code | name | harm |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"


def main(folder: Path) -> None:
    """Write all pages into the folder, and drop those of rules that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    found = rules()
    texts = {"README.md": index(found)} | {f"{rule.name}.md": page(rule) for rule in found}
    for old in folder.glob("*.md"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text)
    print(f"{len(found)} rules in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PAGES)
