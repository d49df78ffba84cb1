"""Arrays by name, with a few words about them, as one piece of bytes: a safetensors file.

Its form is documented (https://huggingface.co/docs/safetensors): a header with names, shapes and words,
and then the numbers as they lie in memory. Nothing in it can be run, and a browser can read it as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray


def pack(arrays: Mapping[str, NDArray[Any]], words: Mapping[str, str]) -> bytes:
    """Return a safetensors file of `arrays`, with `words` in its header."""
    # What is not contiguous would be written as it lies in memory.
    whole = {
        name: np.ascontiguousarray(array).reshape(array.shape) for name, array in arrays.items()
    }
    return safetensors.numpy.save(whole, metadata=dict(words))


def unpack(data: bytes) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Return the arrays and the words that `pack` wrote.

    Raises:
        ValueError: it did not write that.
    """
    try:
        arrays = safetensors.numpy.load(data)
    except safetensors.SafetensorError as error:
        raise ValueError(str(error)) from error
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    return arrays, dict(header.get("__metadata__", {}))
