"""Shared by all tests: this folder is importable, so that the harness modules in it can be; new files have one date."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ["SOURCE_DATE_EPOCH"] = "1767225600"  # 2026-01-01 00:00:00 UTC
