"""The IDX format: a four-byte mark, one big-endian length a dimension, then the values.

Only unsigned bytes are read, the one kind of value that the playground's datasets have.

Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", section "File formats".
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from playground.core.errors import DataError
from playground.core.message import N_, message

Bytes: TypeAlias = npt.NDArray[np.uint8]

_UNSIGNED_BYTE: Final = 0x08
_LENGTH: Final = 4  # bytes, of the mark and of each dimension's length


def parse_idx(content: bytes, name: str, *, dimensions: int) -> Bytes:
    """Return the values of an IDX file as a read-only array; it shares memory with `content`.

    Args:
        content: the uncompressed file.
        name: what to call the file in an error.
        dimensions: how many the file has to have: 3 for images, 1 for labels.

    Raises:
        DataError: the mark, the number of dimensions or the length is not the expected one.
    """
    mark = bytes((0, 0, _UNSIGNED_BYTE, dimensions))
    start = _LENGTH * (1 + dimensions)
    if content[:_LENGTH] != mark:
        raise DataError(
            message(
                N_(
                    "{file}: expected an IDX file that begins with {expected}, received {received}."
                ),
                file=name,
                expected=mark.hex(" "),
                received=content[:_LENGTH].hex(" ") or "nothing",
            )
        )
    if len(content) < start:
        raise DataError(
            message(
                N_("{file}: expected a header of {expected} bytes, received {received}."),
                file=name,
                expected=start,
                received=len(content),
            )
        )
    shape = tuple(
        int.from_bytes(content[at : at + _LENGTH], "big") for at in range(_LENGTH, start, _LENGTH)
    )
    if len(content) - start != math.prod(shape):
        raise DataError(
            message(
                N_("{file}: expected {expected} bytes after the header, received {received}."),
                file=name,
                expected=" × ".join(map(str, shape)),
                received=len(content) - start,
            )
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
