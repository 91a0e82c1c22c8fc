"""The HTML report: one file that shows what went, in place, with the reason and the copy that stays.

It works from disk and without JavaScript, nothing in it asks for anything elsewhere, and it is never larger than 5 MB.
"""
