"""The callback that a stop rule becomes."""

from __future__ import annotations

from playground.core.callback_code import stopping_callback
from playground.core.stop_rule import StopRule


def test_it_is_written_out() -> None:
    assert stopping_callback(StopRule("val_accuracy", 0.875)) == (
        "import keras\n\n\n"
        "class StopInTime(keras.callbacks.Callback):\n"
        "    def on_epoch_end(self, epoch, logs=None):\n"
        '        value = logs["val_accuracy"]\n'
        "        if value > 0.875:\n"
        '            print(f"Epoch {epoch + 1}: val_accuracy {value:.4f} is above 0.875: stop.")\n'
        "            self.model.stop_training = True\n"
    )
