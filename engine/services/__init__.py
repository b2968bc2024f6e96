"""What can be done in one transaction: one noun a file, each built by `engine.work.Work` on its Context."""
