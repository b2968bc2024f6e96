"""Measurements, each beside a peer or a floor in the same run: one file each. Not tests: they print figures."""
