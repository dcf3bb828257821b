"""When garbage is looked for: never while somebody waits. What a project is made of stays, and is not looked at."""

from __future__ import annotations

import asyncio
import gc

PAUSE = 1.0
"""Seconds without an edit after which nobody waits."""
FEW, MOST = 50, 120
"""Edits that are worth a look in a pause, and those after which no pause is waited for: a look takes some 40 ms."""


class Memory:
    """Readings have cycles (a function reads itself later), which only a full collection finds."""

    def __init__(self) -> None:
        self._edits = 0
        self._opened = 0
        self._waiting: asyncio.TimerHandle | None = None

    def edited(self, opened: int) -> None:
        """A text was taken over; `opened` counts how often a project has been read so far."""
        self._edits += 1
        if opened != self._opened:
            self._settle(first=self._opened == 0)
            self._opened = opened
        self.end()
        if self._edits >= MOST:
            self._look()
        elif self._edits >= FEW:
            self._waiting = asyncio.get_running_loop().call_later(PAUSE, self._look)

    def end(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _settle(self, *, first: bool) -> None:
        """What was just read is there to stay; what was read before it is garbage now."""
        if not first:
            gc.unfreeze()
            gc.collect()
        gc.freeze()

    def _look(self) -> None:
        self._edits = 0
        gc.collect()
