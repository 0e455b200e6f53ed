"""`python -m ripple` is the command line."""

from ripple.cli import main

if __name__ == "__main__":
    main()
