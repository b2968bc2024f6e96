"""Departments' and core plugins: what they are, how they are found, loaded, walled in and run.

Nothing is imported here: a plugin's own process needs a few of these modules and must start fast.
"""
