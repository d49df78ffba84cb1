import keras
import numpy as np
import tensorflow as tf

# Downloads the pictures once, into ~/.keras/datasets; without a
# network, copy that folder from another computer.
(images, labels), _ = keras.datasets.mnist.load_data()
images, labels = images[:32] / 255, labels[:32]


def attempt(
    title, outputs, labels, loss="sparse_categorical_crossentropy"
):
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(outputs, activation="softmax"),
        ]
    )
    # Step by step, so that the error names the label and not a
    # place in a compiled program.
    model.compile(optimizer="adam", loss=loss, run_eagerly=True)
    print(f"\n{title}")
    try:
        model.fit(images, labels, verbose=0)
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        print(f"{type(error).__name__}: {error}")
    else:
        print("no error")


# A graphics card may not check the labels.
with keras.device("cpu"):
    attempt("ten outputs", 10, labels)
    attempt("five outputs", 5, labels)
    attempt("twelve outputs", 12, labels)
    one_hot = np.eye(10)[labels]
    attempt("one-hot labels", 10, one_hot)
    attempt(
        "one-hot labels and their own loss",
        10,
        one_hot,
        "categorical_crossentropy",
    )
