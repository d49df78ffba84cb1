"""What a person has told their own Keras does not reach the playground's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SHOW = """
import playground.engine.network, keras
print(keras.config.backend(), keras.config.floatx(), keras.config.max_epochs())
"""


def test_kerass_settings_are_the_projects(tmp_path: Path) -> None:
    theirs = {"backend": "jax", "floatx": "float16", "epsilon": 1e-3}
    (tmp_path / "keras.json").write_text(json.dumps(theirs), encoding="utf-8")
    told = {"KERAS_HOME": str(tmp_path), "KERAS_BACKEND": "jax", "KERAS_MAX_EPOCHS": "1"}
    result = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **told},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == "tensorflow float32 None\n", result.stderr
