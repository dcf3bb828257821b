"""Texts on show: kept for clients that ask for virtual documents, written to a temporary folder for the others."""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from pathlib import Path
from urllib.parse import quote

from pygls.uris import from_fs_path

from migfix.lsp.documents import Shown

MOST = 50


class Texts:
    """The newest `MOST` texts. A text of the same name takes the place of the older one."""

    scheme = "migfix"

    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def text(self, uri: str) -> str:
        """Of a virtual document; empty when it is not known any more."""
        return self._texts.get(uri, "")

    def virtual(self, shown: Shown) -> str:
        """The URI under which the client may ask for the text."""
        uri = f"{self.scheme}:/{quote(shown.name)}"
        self._texts[uri] = shown.text
        self._texts.move_to_end(uri)
        while len(self._texts) > MOST:
            self._texts.popitem(last=False)
        return uri

    def file(self, shown: Shown) -> str:
        """The URI of a file with the text, gone when the server ends."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="migfix-")
        path = Path(self._folder.name, shown.name)
        path.write_text(shown.text, encoding="utf-8")
        return from_fs_path(str(path)) or path.as_uri()

    def discard(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
