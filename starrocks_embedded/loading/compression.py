"""Bodies of loads that arrive compressed."""

from __future__ import annotations

import bz2
import gzip
import importlib
import shutil
import zlib
from pathlib import Path
from typing import Any

from starrocks_embedded.errors import StarRocksError, failure, unsupported

PIECE = 1 << 20
IN_PYTHON = {"gzip": gzip, "bzip2": bz2}
# what Python's own library cannot read: the module and the package that brings it
IN_PACKAGES = {"lz4_frame": ("lz4.frame", "lz4"), "zstd": ("zstandard", "zstandard")}


def decompressed(body: Path, compression: str) -> Path:
    """The body as it was before its compression, beside it; itself where it had none."""
    if not compression:
        return body
    plain = body.with_name("plain")
    try:
        if compression in ("deflate", "zlib"):
            plain.write_bytes(zlib.decompress(body.read_bytes()))
        else:
            with _module(compression).open(body, "rb") as source, plain.open("wb") as target:
                shutil.copyfileobj(source, target, PIECE)
    except StarRocksError:
        raise
    except Exception as error:  # each library has errors of its own
        raise failure(f"Fail to decompress: {error}") from error
    return plain


def _module(compression: str) -> Any:
    if compression in IN_PYTHON:
        return IN_PYTHON[compression]
    if compression not in IN_PACKAGES:
        raise unsupported(f"Loading data with the compression {compression}")
    name, package = IN_PACKAGES[compression]
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise failure(
            f"The embedded engine reads the compression {compression} with the Python package {package}, which is not "
            f"installed. Run `pip install {package}`, or load with gzip"
        ) from error
