"""`python -m moothall` is `moothall`."""

if __name__ == "__main__":
    import gc

    gc.disable()  # what a program loads stays, and looking through it for garbage was a fifth of each start
    from moothall.cli.main import main

    raise SystemExit(main())  # cli/main.py enables it when all is loaded
