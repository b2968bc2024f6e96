"""The rules of the structural check, by what they look at; check.py lists them all."""
