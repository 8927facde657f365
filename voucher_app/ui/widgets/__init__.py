"""Controls of our own: fields that explain themselves, the money bar, the panel of a decision's effect, charts."""
