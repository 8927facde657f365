"""The data file: one SQLite database per office (design.md §5)."""
