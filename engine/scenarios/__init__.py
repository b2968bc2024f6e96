"""A process's own scenarios: Gherkin files beside its diagram, played in memory before it is deployed."""
