"""The window: PySide6 widgets over the use cases and read models; nothing here decides anything."""
