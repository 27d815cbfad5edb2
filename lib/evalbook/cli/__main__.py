"""``python -m evalbook.cli``."""

import sys

from . import main

sys.exit(main())
