"""What the engine is used for: the core plugins, and the departments' distributions beside them."""
