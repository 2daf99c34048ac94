"""The next system: reads what a council was handed back, and takes nothing on trust. Knows nothing of Moothall."""
