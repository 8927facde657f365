"""What the use cases need from the world: the data file by noun, a clock, and the errors of both.

The shapes here are implemented by `storage`; a use case never learns which.
"""
