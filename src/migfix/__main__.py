"""`python -m migfix`."""

from migfix.cli import main

main()
