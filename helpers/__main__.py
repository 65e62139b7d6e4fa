"""`python -m helpers` is the `clintune` command."""

from helpers.cli import main

main()
