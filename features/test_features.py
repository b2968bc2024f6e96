"""Runs every feature. The steps are in `features/steps/`, registered as pytest plugins in pyproject.toml."""

from pytest_bdd import scenarios

scenarios("catalogue", "grid_division", "incidents", "platform", "workforce")
