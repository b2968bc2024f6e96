"""The shell: HTTP, login, pages, and the composition root. It knows no domain."""
