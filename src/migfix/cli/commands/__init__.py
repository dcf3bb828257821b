"""One command per file; each module's `command` is imported when it is asked for."""
