"""BPMN: from a bundle's XML to a running instance. The only importer of SpiffWorkflow (3.2.0, pinned).

Why the wall: the library's private surface moves between releases, and it accepts diagrams that it then runs wrongly
(each correction is a subclass here, with a test that fails on the stock class). It also reads the wall clock;
our timers ask the engine's Clock instead.
"""
