"""The shell's own pages, one blueprint a file. A view parses, asks the services once, and renders."""
