"""Table models: frozen rows, columns declared as data."""
