"""What the office does: one function is one use case is one transaction; plus read models and ports."""
