"""Repositories: fixed SQL for what use cases read and write, a module for each noun."""
