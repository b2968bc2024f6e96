"""`onegrid chaos`: processes killed, databases restarted at random while people and handlers work; then the count."""
