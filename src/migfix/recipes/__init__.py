"""Step builders that rules share: pure functions from an op and its context to steps."""
