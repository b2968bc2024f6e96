"""What follows from a handler's declaration alone: palette entry, page, JSON Schema, texts, contract."""
