"""How a password is kept: the adapter over the library that computes its hash.

A package of its own: a password is neither a record (storage) nor paper (printing, whose signer holds the office's
key), and nothing else is to see the library.
"""
