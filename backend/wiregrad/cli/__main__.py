"""`python -m wiregrad.cli` is `wiregrad`."""

from wiregrad.cli import main

main()
