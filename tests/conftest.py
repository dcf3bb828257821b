"""Shared by all tests: this folder is importable, so that the harness modules in it can be."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
