"""住建: the housing bureau's content. There is nothing to run in it."""
