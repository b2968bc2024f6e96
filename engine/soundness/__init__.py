"""Can a process finish? A bounded token game over its flows, before any instance has to find out.

Knows neither XML nor the library that runs diagrams: `net` is what it is told, `check` what it answers.
"""
