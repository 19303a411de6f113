"""python -m starrocks_embedded"""

from __future__ import annotations

import sys

from starrocks_embedded.cli import main

sys.exit(main())
