"""``python -m smcheck``: the same as the ``smcheck`` command."""

from __future__ import annotations

import sys

from smcheck.cli import main

if __name__ == "__main__":
    sys.exit(main())
