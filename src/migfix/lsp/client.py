"""What this client can do, asked once: the answers that decide how something is said, never what."""

from __future__ import annotations

from typing import Any

from lsprotocol.types import ClientCapabilities, MarkupKind, ResourceOperationKind

from migfix.model.record import record


@record
class Client:
    """push              it asks for no diagnostics, so they are sent to it.
    document_changes  edits are versioned and may create files; else `changes` by URI.
    own_commands      commands that the client itself implements (initializationOptions.clientCommands).
    """

    encoding: str = "utf-16"
    push: bool = True
    related: bool = False
    links: bool = False
    document_changes: bool = False
    creates_files: bool = False
    resolves_edits: bool = False
    literals: bool = False
    disabled: bool = False
    preferred: bool = False
    applies: bool = False
    shows: bool = False
    virtual: bool = False
    markdown: bool = True
    configuration: bool = False
    configures: bool = False
    watches: bool = False
    refreshes: frozenset[str] = frozenset()
    own_commands: frozenset[str] = frozenset()


def client_of(capabilities: ClientCapabilities, *, encoding: str, own_commands: frozenset[str]) -> Client:
    """The answers for these capabilities; one that is not declared counts as no."""
    known = _Known(capabilities)
    pull = known("text_document.diagnostic") is not None
    source = "text_document.diagnostic" if pull else "text_document.publish_diagnostics"
    said = known(source)
    creates = ResourceOperationKind.Create in (known("workspace.workspace_edit.resource_operations") or ())
    return Client(
        encoding=encoding,
        push=not pull,
        related=_either(said, known("text_document.publish_diagnostics"), "related_information"),
        links=_either(said, known("text_document.publish_diagnostics"), "code_description_support"),
        document_changes=creates or known.yes("workspace.workspace_edit.document_changes"),
        creates_files=creates,
        resolves_edits="edit" in (known("text_document.code_action.resolve_support.properties") or ())
        and known.yes("text_document.code_action.data_support"),
        literals=known("text_document.code_action.code_action_literal_support") is not None,
        disabled=known.yes("text_document.code_action.disabled_support"),
        preferred=known.yes("text_document.code_action.is_preferred_support"),
        applies=known.yes("workspace.apply_edit"),
        shows=known.yes("window.show_document.support"),
        virtual=known.yes("workspace.text_document_content.dynamic_registration"),
        markdown=MarkupKind.Markdown in (known("text_document.hover.content_format") or (MarkupKind.Markdown,)),
        configuration=known.yes("workspace.configuration"),
        configures=known.yes("workspace.did_change_configuration.dynamic_registration"),
        watches=known.yes("workspace.did_change_watched_files.dynamic_registration"),
        refreshes=frozenset(
            kind
            for kind in ("diagnostics", "code_lens", "inlay_hint")
            if known.yes(f"workspace.{kind}.refresh_support")
        ),
        own_commands=own_commands,
    )


def _either(first: Any, second: Any, name: str) -> bool:
    """What the capability in use says; older clients say it only of published diagnostics."""
    said = getattr(first, name, None)
    return bool(getattr(second, name, None) if said is None else said)


class _Known:
    """Optional capabilities by path."""

    def __init__(self, capabilities: ClientCapabilities) -> None:
        self._capabilities = capabilities

    def __call__(self, path: str) -> Any:
        found: Any = self._capabilities
        for name in path.split("."):
            found = getattr(found, name, None)
        return found

    def yes(self, path: str) -> bool:
        return self(path) is True
