"""Read models: frozen rows for lists and details, a module for each noun; filled by storage, shown by adapters."""
