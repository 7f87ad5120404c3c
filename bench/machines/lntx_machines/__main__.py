"""`python -m lntx_machines`, as `lntx-machines`."""

from lntx_machines.cli import main

if __name__ == "__main__":
    main()
