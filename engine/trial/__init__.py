"""Trying diagrams out, whoever drew them: the gate over many files, and a run without a database.

Everything here works on files that nobody vouches for, in processes of their own that may be killed (`pool`).
"""
