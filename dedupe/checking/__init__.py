"""What would go, counted: gates that may fail, the baseline of what is known, and lists for people and programs.

Nothing is cut and nothing decided here: the edits of a run are looked at, one after the other.
"""
