"""Every way the environment can be broken, one class per cause; a finding or a refusal is a value, never one of these."""

from __future__ import annotations


class MigfixError(Exception):
    """Base of all errors that end a command with exit code 2; the message says what, where and what to do next."""


class ProjectNotFound(MigfixError):
    """No Alembic project at or above the place the user named."""


class ConfigError(MigfixError):
    """A configuration value that cannot be used; the message names file, key and the nearest valid key."""


class UsageError(MigfixError):
    """A command line that asks for something impossible."""


class WriteError(MigfixError):
    """A file could not be written; nothing of the plan was kept."""


class Busy(MigfixError):
    """Another run of migfix works on the same project.

    holder  who, in words.
    """

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(
            f"another migfix run works on this project ({holder}); nothing was written, run again after it"
        )


class ServerError(MigfixError):
    """The throw-away PostgreSQL could not be started, reached or kept alive."""


class ProjectRunError(MigfixError):
    """The project's own migrations, or the dump in their place, did not reach the revision wanted.

    what      which way, in words.
    cause     the project's or the server's own error.
    command   what shows it again in a shell; empty for a dump.
    hint      what helps, where that is known.
    """

    def __init__(self, *, what: str, cause: str, command: str = "", hint: str = "") -> None:
        self.what, self.cause, self.command, self.hint = what, cause, command, hint
        shown = f"To see it again: {command}" if command else ""
        super().__init__("\n".join(part for part in (f"{what}: {cause}", hint, shown) if part))


class DatabaseError(MigfixError):
    """A database that was to be asked did not answer; the message holds no password.

    name    as the user knows the database.
    cause   the driver's or the project's own words.
    """

    def __init__(self, name: str, cause: str) -> None:
        self.name, self.cause = name, cause
        called = "the project's database" if name == "database" else f"the database {name}"
        super().__init__(f"{called} cannot be asked what has run there: {cause}")
