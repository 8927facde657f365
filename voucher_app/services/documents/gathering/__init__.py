"""Gathering the facts of documents from the read models: one module for each group of the catalogue."""
