"""The words for everything the program may have to say: one table per kind of fact, in both languages.

Amounts are shown in 元. Adapters ask here, so that the window and the command line say the same sentence; tests
demand an entry for every code.
"""
