import time

import keras

from playground.data import load_split

EPOCHS = 1  # the lesson trains 5
PICTURES = 20_000  # and on all 60_000

train, test = load_split("mnist", "train"), load_split("mnist", "test")
images, labels = train.images[:PICTURES].astype("float32") / 255, train.labels[:PICTURES]
test_images = test.images.astype("float32") / 255

for units in [128, 512, 1024]:
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(images[:32], labels[:32], verbose=0)  # the first step compiles and is not timed
    start = time.perf_counter()
    history = model.fit(images, labels, epochs=EPOCHS, verbose=0).history
    seconds = time.perf_counter() - start
    _, accuracy = model.evaluate(test_images, test.labels, batch_size=1000, verbose=0)
    print(
        f"{units:4} units, {model.count_params():7,} parameters: {seconds:5.1f} s, "
        f"training loss {history['loss'][-1]:.3f}, test accuracy {accuracy:.4f}"
    )
