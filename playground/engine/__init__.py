"""Training, in worker processes: the only part of the project that imports TensorFlow and Keras.

Keras reads its settings when it is imported. Those of the person whose machine it is (another backend,
half precision, fewer epochs) would train something else than what is asked for: ours take their place.
"""

import os
from pathlib import Path

for _name in [name for name in os.environ if name.startswith("KERAS_")]:
    del os.environ[_name]
os.environ["KERAS_HOME"] = str(Path(__file__).parent)  # where keras.json lies
