"""The web shell: HTTP, login, pages and the composition of them. It knows no domain; domain pages come from plugins."""
