"""The command line: parse, run, render, exit; the roof, which nothing else imports."""
