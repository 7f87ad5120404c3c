"""`python -m lntx` is `lntx`."""

from lntx.cli import main

if __name__ == "__main__":
    main()
