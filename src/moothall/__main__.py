"""`python -m moothall` is `moothall`."""

from moothall.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
