"""Survey a tree of Python sources: `python -m examples.survey [PATH]`."""
