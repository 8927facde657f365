"""Read models over reading connections: lists by stretches, details by key, the overview by covering indexes."""
