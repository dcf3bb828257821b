"""A form with a lock timeout behind a long reader: that it gives up is no failure, if the next run arrives."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop import Shop, verified

from migfix.verify.case import Options
from migfix.verify.figures import exit_of
from migfix.verify.verdict import Verdict

LIMIT = """op.execute("SET LOCAL lock_timeout = '400ms'")"""
DROP = 'op.alter_column("users", "name", server_default="x")'


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def verify(shop: Shop, rewritten: list[str], *, body: str = DROP) -> Verdict:
    return verified(shop.case(body, rewritten=rewritten), Options(rows=100, long_reader=1.5, max_stall=0.6))


def test_giving_up_is_what_a_lock_timeout_is_for(shop: Shop) -> None:
    verdict = verify(shop, [LIMIT, DROP])
    rewritten = verdict.rewritten
    assert rewritten is not None
    assert (verdict.failures, exit_of(rewritten), exit_of(verdict.original)) == ((), "gave up 55P03", "ok")
    assert rewritten.longest_read_block_s == rewritten.longest_write_block_s == 0
    assert rewritten.traffic is not None
    assert 300 < rewritten.traffic.longest_stall_ms < 650
    assert verdict.original.traffic is not None
    assert verdict.original.traffic.longest_stall_ms > 700
    assert "nobody waited longer, and run again it arrives" in verdict.notes[-1]


def test_what_cannot_be_run_again_is_a_failure(shop: Shop) -> None:
    body = 'op.create_table("extra", sa.Column("id", sa.Integer())); ' + DROP
    again = ["with op.get_context().autocommit_block():", '    op.create_table("extra", sa.Column("id", sa.Integer()))']
    verdict = verify(shop, [*again, LIMIT, DROP], body=body)
    said = verdict.failures[0]
    assert said.startswith("the rewritten form gave up after 0.4 s behind a reader (its lock_timeout), at ALTER TABLE")
    assert 'a second run fails: DuplicateTable: relation "extra" already exists' in said
