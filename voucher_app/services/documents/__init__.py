"""The documents of the office as facts: what each of them says, in names and types, before any paper (domain.md §5)."""
