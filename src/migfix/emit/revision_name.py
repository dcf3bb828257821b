"""What a new revision is called: its id, its date, and its file's name, as `alembic revision` would choose them."""

from __future__ import annotations

import os
import re
from collections.abc import Container
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from itertools import count
from pathlib import Path

from migfix.errors import ConfigError
from migfix.plan import Unfixable
from migfix.read.project import ProjectLayout

_ID_LENGTH = 12
_WORD = re.compile(r"\w+")


def revision_id(*parts: str, taken: Container[str] = ()) -> str:
    """Twelve hex digits, the same for the same parts (an original id and a role, say), so a second run finds it again.

    taken  ids that exist already and mean something else: the next free one is given instead.
    """
    for turn in count():
        text = "\n".join((*parts, str(turn)) if turn else parts)
        found = sha256(text.encode()).hexdigest()[:_ID_LENGTH]
        if found not in taken:
            return found
    raise AssertionError("count() has no end")


def create_date(layout: ProjectLayout, now: datetime | None = None) -> datetime:
    """The revision's date in the project's `timezone`; without one local time without a zone, as in Alembic.

    now  the moment meant; when None, SOURCE_DATE_EPOCH (seconds; UTC) if that is set, else the clock.
    Raises ConfigError for a timezone that does not exist.
    """
    zone = _zone(layout.timezone) if layout.timezone is not None else None
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if now is None and epoch.isdigit():
        now = datetime.fromtimestamp(int(epoch), UTC)
        return now.astimezone(zone) if zone is not None else now.replace(tzinfo=None)
    if now is None:
        return datetime.now(zone)
    return now.astimezone(zone) if zone is not None and now.tzinfo is not None else now


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    for spelled in (name, name.upper()):
        try:
            return ZoneInfo(spelled)
        except (KeyError, ValueError, OSError):
            continue
    raise ConfigError(f"timezone {name!r}: no such zone is known here; correct it, or install the package tzdata")


def file_name(layout: ProjectLayout, revision: str, message: str, created: datetime) -> str | Unfixable:
    """The file's name below its version directory, by `file_template` and `truncate_slug_length`."""
    slug, longest = "_".join(_WORD.findall(message)).lower(), layout.truncate_slug_length
    if len(slug) > longest:
        slug = slug[:longest].rsplit("_", 1)[0] + "_"
    dated = ("year", "month", "day", "hour", "minute", "second")
    parts = {"rev": revision, "slug": slug, "epoch": int(created.timestamp())}
    try:
        return "%s.py" % (layout.file_template % {**parts, **{name: getattr(created, name) for name in dated}})
    except (KeyError, ValueError, TypeError) as error:
        known = ", ".join((*parts, *dated))
        return Unfixable(
            why=f"file_template {layout.file_template!r} cannot be filled in ({error}); Alembic knows {known}"
        )


def directory_beside(layout: ProjectLayout, parent: Path) -> Path:
    """Where a revision that belongs to the one in `parent` goes: the same version directory.

    A `file_template` with folders of its own counts from the version location.
    """
    folder = parent.absolute().parent
    if "/" not in layout.file_template:
        return folder
    return next((d for d in layout.version_dirs if d == folder or d in folder.parents), folder)
