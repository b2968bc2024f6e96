"""One instance as a file that proves itself: what is in it, how it is written, how it is checked. No database."""
