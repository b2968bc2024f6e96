"""Running jobs: the port to the job engine and its two implementations, DBOS and the job table itself."""
