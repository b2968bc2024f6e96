"""What the engine is used for: the core plugins, and the departments' distributions beside them."""

BUILTIN = (
    "plugins.grid_registry",
    "plugins.notifications",
    "plugins.catalogue",
    "plugins.workforce",
    "plugins.incidents",
    "plugins.open311",
    "plugins.demo",
)
"""The core plugins, in the order they are loaded: a later one may rely on what an earlier one has registered."""
