"""The command line: a stable interface for scripts and tests; the same use cases as the window, and never Qt."""
