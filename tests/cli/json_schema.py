"""The schema in docs/json.md, and the part of JSON Schema that it uses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "json.md"
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def schema(title: str = "migfix/1") -> dict[str, Any]:
    found = re.findall(r"```json\n(\{\n  \"\$schema\".*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    schemas: dict[str, dict[str, Any]] = {s["title"]: s for s in map(json.loads, found)}
    assert title in schemas, f"docs/json.md holds the schema of {title}"
    return schemas[title]


def problems(value: Any, rule: dict[str, Any], at: str = "$") -> list[str]:
    """What is wrong with a value; unknown and missing keys count."""
    kinds = rule.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(
        isinstance(value, TYPES[k]) and (k == "boolean" or not isinstance(value, bool)) for k in kinds
    ):
        return [f"{at}: {value!r} is no {' or '.join(kinds)}"]
    found = [f"{at}: {value!r} is not in {rule['enum']}"] if "enum" in rule and value not in rule["enum"] else []
    if isinstance(value, dict):
        known = rule.get("properties", {})
        found += [f"{at}: {k} is missing" for k in rule.get("required", []) if k not in value]
        found += [f"{at}: {k} is not documented" for k in value if k not in known]
        for key, inner in known.items():
            found += problems(value[key], inner, f"{at}.{key}") if key in value else []
    if isinstance(value, list):
        for index, item in enumerate(value):
            found += problems(item, rule["items"], f"{at}[{index}]")
    return found
