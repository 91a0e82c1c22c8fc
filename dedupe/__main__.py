"""`python -m dedupe` is the command `dedupe`."""

from dedupe.cli.main import run

if __name__ == "__main__":
    run()
