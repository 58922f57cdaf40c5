"""``python -m zwk_data``: the commands of the command line."""

from zwk_data.cli import main

if __name__ == "__main__":
    main()
