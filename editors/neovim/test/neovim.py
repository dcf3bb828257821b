"""A real Neovim without a screen, asked over its own socket."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PLUGIN = HERE.parent
PATIENCE = 60.0
"""Seconds that anything may take."""


class Neovim:
    """`ask` gives a Lua expression's value, `do` runs statements; both raise what Neovim says went wrong."""

    def __init__(self, program: str, folder: Path, *, migfix: str, settings: str) -> None:
        self._program, self._socket = program, str(folder / "nvim.sock")
        self._log = (folder / "nvim.log").open("w")
        start = folder / "init.lua"
        start.write_text(init_lua(migfix, settings))
        self._process = subprocess.Popen(
            [program, "--headless", "--clean", "-i", "NONE", "-n", "--listen", self._socket, "-u", str(start)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            cwd=folder,
            env={**os.environ, "HOME": str(folder), "NVIM_LOG_FILE": str(folder / "log")},
        )
        self.until(lambda: Path(self._socket).exists() and self.ask("1") == 1)

    def ask(self, expression: str) -> Any:
        """The value of a Lua expression."""
        return self._call(f"return {expression}")

    def do(self, statements: str) -> None:
        """Run Lua statements."""
        self._call(f"{statements}\nreturn true")

    def _call(self, lua: str) -> Any:
        """The code travels in a file: a command line would quote it away."""
        script = Path(f"{self._socket}.lua")
        script.write_text(lua)
        expression = f"luaeval('Answer(_A)', '{script}')"
        done = subprocess.run(
            [self._program, "--headless", "--clean", "--server", self._socket, "--remote-expr", expression],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        said = done.stdout or done.stderr
        try:
            answer = json.loads(said)
        except ValueError:
            raise RuntimeError(f"neovim says {said!r}") from None
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")

    def until(self, holds: Any, what: str = "") -> Any:
        """The first true answer of `holds`; raises AssertionError when there is none in time."""
        end = time.monotonic() + PATIENCE
        answer = None
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise AssertionError(f"neovim ended: {Path(self._log.name).read_text()}")
            try:
                answer = holds()
            except (RuntimeError, OSError):
                answer = None
            if answer:
                return answer
            time.sleep(0.05)
        raise AssertionError(f"not in {PATIENCE} seconds: {what or holds}; last answer {answer!r}")

    def edit(self, path: Path) -> None:
        self.do(f"vim.cmd('edit ' .. vim.fn.fnameescape({lua(str(path))}))")

    def diagnostics(self) -> list[dict[str, Any]]:
        """Of the current buffer, in order, positions in bytes counted from 0 as Neovim shows them."""
        found = self.ask("vim.diagnostic.get(0)")
        keys = ("lnum", "col", "end_lnum", "end_col", "code", "message", "severity", "source")
        return sorted(({k: d.get(k) for k in keys} for d in found), key=lambda d: (d["lnum"], d["col"]))

    def codes(self) -> list[str]:
        return [d["code"] for d in self.diagnostics()]

    def lines(self) -> list[str]:
        return list(self.ask("vim.api.nvim_buf_get_lines(0, 0, -1, false)"))

    def action(self, title: str, *, line: int, column: int = 4, only: str | None = None) -> None:
        """Choose a code action by a part of its title, with the cursor at a line from 1 and a byte column from 0."""
        context = f"{{ only = {{ {lua(only)} }} }}" if only else "{}"
        self.do(f"""
            vim.api.nvim_win_set_cursor(0, {{ {line}, {column} }})
            Offered, Chosen = nil, nil
            vim.ui.select = function(items, options, choose)
              Offered = vim.tbl_map(options.format_item, items)
              for i, item in ipairs(items) do
                if string.find(Offered[i], {lua(title)}, 1, true) then
                  Chosen = Offered[i]
                  return choose(item, i)
                end
              end
              choose(nil)
            end
            vim.lsp.buf.code_action({{ context = {context} }})
        """)
        offered = self.until(lambda: self.ask("Offered"), f"the actions at line {line}")
        assert self.ask("Chosen") is not None, f"{title!r} is none of {offered}"

    def close(self) -> None:
        """End it, and say what it printed if it did not go by itself."""
        if self._process.poll() is None:
            try:
                self.do("vim.schedule(function() vim.cmd('qall!') end)")
            except (RuntimeError, subprocess.TimeoutExpired):
                self._process.kill()
        self._process.wait(PATIENCE)
        self._log.close()


def init_lua(migfix: str, settings: str) -> str:
    """The configuration of the set-up page, and a function that answers questions from outside."""
    return f"""
        vim.opt.runtimepath:append({lua(str(PLUGIN))})
        Notes = {{}}
        vim.notify = function(message) table.insert(Notes, message) end
        require("migfix").setup({{ program = {lua(migfix)}, settings = {settings} }})

        local function plain(value)
          if type(value) ~= "table" then
            return (type(value) == "function" or type(value) == "userdata") and tostring(value) or value
          end
          local found = vim.tbl_isempty(value) and value or {{}}
          for key, inner in pairs(value) do found[key] = plain(inner) end
          return found
        end

        function Answer(path)
          local run, problem = loadfile(path)
          if run == nil then return vim.json.encode({{ error = problem }}) end
          local fine, value = pcall(run)
          if not fine then return vim.json.encode({{ error = tostring(value) }}) end
          return vim.json.encode({{ fine = true, value = plain(value) }})
        end
    """


def lua(text: str | None) -> str:
    """A Lua literal."""
    return "nil" if text is None else json.dumps(text, ensure_ascii=False)
