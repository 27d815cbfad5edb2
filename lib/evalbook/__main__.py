"""``python -m evalbook``."""

import sys

from .cli import main

sys.exit(main())
