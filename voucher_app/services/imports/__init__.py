"""Tables that are taken in: which columns a kind has, what a file's columns mean, a preview row by row, all or nothing.

The mechanism (`kind`, `reading`, `preview`) knows no noun; `units`, `applications`, `claims`, `payments` and
`registers` say what their rows are, by the parsers and rules that the entry dialogs have, and which use case takes
them in.
"""
