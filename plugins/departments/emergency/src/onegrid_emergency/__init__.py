"""The emergency bureau's plugin. Importing the package does nothing; `plugin.py` is the way in."""
