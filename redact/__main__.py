"""`python -m redact`: the command, where its script is not on the path."""

from redact.cli import main

if __name__ == "__main__":
    main()
