"""Fetches the open corpora: the migration folders of seven released projects, unpacked below `corpora/`, never installed.

    corpora/<name>/alembic.ini        [alembic] the project's own folder; [run] the same revisions with a plain env.py
    corpora/<name>/alembic/           the project's own env.py, script.py.mako and versions/, untouched
    corpora/<name>/run/env.py         the URL from DATABASE_URL; `alembic -c corpora/<name>/alembic.ini -n run upgrade head`

Only skyvern needs nothing but Alembic to run; the revisions of the others import their own package.
`corpora/` is ignored by git: none of this code is ours to commit.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "corpora"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A released wheel and the folder in it that holds env.py; `options` are lines of its alembic.ini that matter."""

    name: str
    requirement: str
    folder: str
    options: tuple[str, ...] = ()


CORPORA = (
    Corpus(name="skyvern", requirement="skyvern==1.0.56", folder="alembic"),
    Corpus(name="fides", requirement="ethyca-fides==2.86.2", folder="fides/api/alembic/migrations"),
    Corpus(name="airflow", requirement="apache-airflow-core==3.3.2", folder="airflow/migrations"),
    Corpus(
        name="dstack",
        requirement="dstack==0.22.5",
        folder="dstack/_internal/server/migrations",
        options=("path_separator = os", "recursive_version_locations = true"),
    ),
    Corpus(name="datajunction", requirement="datajunction-server==0.0.272", folder="datajunction_server/alembic"),
    Corpus(name="mlflow", requirement="mlflow==3.17.2", folder="mlflow/store/db_migrations"),
    Corpus(name="zou", requirement="zou==1.0.97", folder="zou/migrations"),
)

RUN_ENV = '''\
"""The smallest env.py: a URL from the environment, no models."""

import os

from alembic import context
from sqlalchemy import create_engine, pool

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()
'''


def ini(corpus: Corpus) -> str:
    """The text of alembic.ini, with both sections."""
    options = "".join(f"{line}\n" for line in corpus.options)
    return (
        f"[alembic]\nscript_location = %(here)s/alembic\n{options}\n"
        f"[run]\nscript_location = %(here)s/run\nversion_locations = %(here)s/alembic/versions\n"
        f"{options or 'path_separator = os' + chr(10)}"
    )


def download(corpus: Corpus, into: Path) -> Path:
    """The wheel, through pip; any Python version's, since nothing of it is run here."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
    wheel_only = ["--only-binary=:all:", "--python-version", "3.13", "--dest", str(into)]
    subprocess.run([*command, *wheel_only, corpus.requirement], check=True)
    return next(into.glob("*.whl"))


def unpack(corpus: Corpus, wheel: Path, into: Path) -> int:
    """Write the corpus below `into`; answers the number of revision files."""
    prefix, revisions = f"{corpus.folder}/", 0
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if not member.startswith(prefix) or member.endswith("/"):
                continue
            target = into / "alembic" / member.removeprefix(prefix)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(member))
            revisions += "/versions/" in member and target.suffix == ".py" and target.name != "__init__.py"
    (into / "run").mkdir(exist_ok=True)
    (into / "run" / "env.py").write_text(RUN_ENV)
    (into / "alembic.ini").write_text(ini(corpus))
    (into / ".requirement").write_text(corpus.requirement)
    return revisions


def main() -> None:
    """Fetch what is missing or of another version; a corpus is there whole or not at all."""
    ROOT.mkdir(exist_ok=True)
    for corpus in CORPORA:
        final, stamp = ROOT / corpus.name, ROOT / corpus.name / ".requirement"
        if stamp.exists() and stamp.read_text() == corpus.requirement:
            print(f"{corpus.name:13} present")
            continue
        with tempfile.TemporaryDirectory(dir=ROOT) as scratch:
            into = Path(scratch) / "new"
            into.mkdir()
            revisions = unpack(corpus, download(corpus, Path(scratch)), into)
            if final.exists():
                final.rename(Path(scratch) / "old")
            into.rename(final)
        print(f"{corpus.name:13} {revisions:4} revisions")


if __name__ == "__main__":
    main()
