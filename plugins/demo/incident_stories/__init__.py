"""The stories of the demo's incidents: what is reported where and by whom, and what each person answers."""
