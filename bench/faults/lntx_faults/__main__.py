"""`python -m lntx_faults`, as `lntx-faults`."""

from lntx_faults.cli import main

if __name__ == "__main__":
    main()
