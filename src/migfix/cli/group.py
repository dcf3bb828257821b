"""The `migfix` command itself: finds subcommands without importing them, and turns every ending into an exit code."""

from __future__ import annotations

import gc
import importlib
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from migfix import __version__
from migfix.errors import MigfixError

COMMANDS = {
    "suggest": "Review rewrites one by one, or print them as a diff. Writes only what you accept.",
    "apply": "Write the rewrites in place, all or nothing.",
    "check": "List findings, for CI and pre-commit. Writes nothing.",
    "status": "Show the revision graph, where each revision has run, and what can be done.",
    "verify": "Prove on a throw-away PostgreSQL: the original against the rewritten form.",
    "explain": "Show a rule's page, or a revision's lock timeline.",
    "dump": "Print a revision's operations as migfix reads them.",
    "rules": "List every rule.",
    "lsp": "Speak the language server protocol, for editors.",
    "demo": "Run the bundled incident from finding to proof, no set-up.",
}
"""Names and one-line helps, so that `--help` imports no command; a test compares them with the commands."""

FEW_COLLECTIONS = (100_000, 50, 1000)
"""A run makes many objects that live until its end: looking for cycles among them is a fifth of its time."""
PASSWORD = re.compile(r"(://[^/\s:@]*:)[^\s]*@")
INTERRUPTED = 130
BROKEN_PIPE = 141


class Program(click.Group):
    """A group whose commands are imported on demand, and whose endings are those of the documentation."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(f"migfix.cli.commands.{cmd_name}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"the commands are {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        _survive_narrow_encodings()
        gc.set_threshold(*FEW_COLLECTIONS)
        extra["standalone_mode"] = False
        sys.exit(self._ending(args, prog_name, extra))

    def _ending(self, args: Sequence[str] | None, prog_name: str | None, extra: dict[str, Any]) -> int:
        try:
            code = super().main(args=args, prog_name=prog_name, **extra)
            sys.stdout.flush()
            return code if isinstance(code, int) else 0
        except click.ClickException as error:
            click.echo(without_passwords(_complaint(error)), err=True)
            return 2
        except MigfixError as error:
            click.echo(without_passwords(f"migfix: {error}"), err=True)
            return 2
        except (click.Abort, KeyboardInterrupt):
            click.echo("migfix: interrupted", err=True)
            return INTERRUPTED
        except BrokenPipeError:
            _stop_writing()
            return BROKEN_PIPE
        except Exception:
            click.echo(without_passwords(_bug_report(args)), err=True)
            return 2


def without_passwords(text: str) -> str:
    """The text with `***` for the passwords of URLs: what a user typed comes back in messages."""
    return PASSWORD.sub(r"\1***@", text) if "://" in text else text


def _complaint(error: click.ClickException) -> str:
    """A usage error on one line; only an empty command line gets the whole help."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    ctx = getattr(error, "ctx", None)
    name = ctx.command_path if ctx is not None else "migfix"
    text = " ".join(error.format_message().split()).rstrip(".")
    return f"{name}: {text[:1].lower() + text[1:] if text[1:2].islower() else text} (`{name} --help` tells more)"


def _survive_narrow_encodings() -> None:
    """A character that the terminal's encoding lacks is escaped, never an exception."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _stop_writing() -> None:
    """The reader has gone: keep the interpreter from complaining about it once more at exit (Python, SIGPIPE note)."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


def _bug_report(args: Sequence[str] | None) -> str:
    import platform
    import traceback

    said = " ".join(args if args is not None else sys.argv[1:])
    return (
        f"{''.join(_own_frames(traceback.format_exc().splitlines(keepends=True)))}\n"
        "migfix: this is a bug in migfix; nothing more was written.\n"
        "Please report it with the text above and, if you may share it, the revision file and `migfix dump FILE`.\n"
        f"  command   migfix {said}\n"
        f"  versions  migfix {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )


def _own_frames(lines: Sequence[str]) -> list[str]:
    """A traceback without the frames of click and the import system, which say nothing of the bug."""
    kept, own = [], True
    for line in lines:
        if line.startswith('  File "'):
            own = f"{os.sep}click{os.sep}" not in line and "importlib" not in line
        elif not line.startswith("    "):
            own = True
        if own:
            kept.append(line)
    return kept


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="migfix %(version)s")
def program() -> None:
    """Rewrites risky Alembic migrations into safe multi-step forms.

    Exit codes: 0 clean, 1 findings, 2 usage or environment, 130 interrupted.
    """
