"""Writes the Keras callback of a stop rule as Python, for people to read and to run."""

from __future__ import annotations

from playground.core.stop_rule import StopRule


def stopping_callback(rule: StopRule) -> str:
    """Return the source of a callback `StopInTime` that ends training as `rule` does."""
    sign, word = (">", "above") if rule.watches_accuracy else ("<", "below")
    return f'''import keras


class StopInTime(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        value = logs["{rule.metric}"]
        if value {sign} {rule.value:g}:
            print(f"Epoch {{epoch + 1}}: {rule.metric} {{value:.4f}} is {word} {rule.value:g}: stop.")
            self.model.stop_training = True
'''
