"""Shared by all tests: this folder is importable, so that the harness modules in it can be; new files have one date.

What commands keep for `--undo` where there is no git stays out of the user's home.
"""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ["SOURCE_DATE_EPOCH"] = "1767225600"  # 2026-01-01 00:00:00 UTC
os.environ["XDG_STATE_HOME"] = str(Path(tempfile.gettempdir()) / "migfix-tests-state")
