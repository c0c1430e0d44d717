"""Run `platen` as a module."""

from deploy.cli import main

if __name__ == "__main__":
    main()
