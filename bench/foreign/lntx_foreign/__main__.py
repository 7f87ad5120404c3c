"""`python -m lntx_foreign`, as `lntx-foreign`."""

from lntx_foreign.cli import main

if __name__ == "__main__":
    main()
