"""What a verdict looks like: text, Markdown, JSON, the picture and the page."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import json_schema
import pytest
from click import unstyle

import verdicts
from migfix.cli.formats import verify_json, verify_markdown, verify_text
from migfix.cli.screen import Screen
from migfix.verify.page import html
from migfix.verify.picture import svg

GOLDEN = Path(__file__).parent / "golden"
BOTH = (verdicts.proven(), verdicts.refuted())


def test_the_terminal_shows_table_and_timeline(snapshot, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    verify_text.render(BOTH, Screen(color="never"))
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(capsys.readouterr().out, "verify.txt")


def test_every_statement_is_shown_when_asked_for(snapshot, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    verify_text.render(BOTH[:1], Screen(color="never"), trace=True)
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(capsys.readouterr().out.partition("\noriginal, ")[2], "verify_trace.txt")


def test_colour_changes_no_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    for verdict in BOTH:
        lines = [*verify_text.lines(verdict, Screen(color="always"))]
        assert lines != [unstyle(line) for line in lines]
        assert all(len(unstyle(line)) <= 100 for line in lines)


def test_a_pull_request_shows_the_table(snapshot, capsys: pytest.CaptureFixture[str]) -> None:
    verify_markdown.render(BOTH, Screen())
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(capsys.readouterr().out, "verify.md")


def test_json_is_as_documented() -> None:
    envelope = verify_json.envelope(BOTH)
    assert json_schema.problems(envelope, json_schema.schema("migfix-verify/1")) == []
    assert (envelope["proven"], [r["proven"] for r in envelope["revisions"]]) == (False, [True, False])


def test_the_picture_is_well_formed_and_stays_as_it_is(snapshot) -> None:
    for verdict in BOTH:
        ElementTree.fromstring(svg(verdict))
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(svg(verdicts.proven()), "verify.svg")


def test_the_page_escapes_what_comes_from_outside() -> None:
    page = html(BOTH)
    assert "&lt;uq&gt;" in page
    assert "<uq>" not in page
    assert "d4_a&amp;b.py" in page
    assert page.count("<svg") == 1
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
