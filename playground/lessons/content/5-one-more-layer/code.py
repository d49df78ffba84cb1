import keras

from playground.data import load_split

EPOCHS = 1  # the lesson trains 2
PICTURES = 20_000  # and on all 60_000

train = load_split("mnist", "train")
test = load_split("mnist", "test")
images = train.images[:PICTURES].astype("float32") / 255
labels = train.labels[:PICTURES]
test_images = test.images.astype("float32") / 255

for hidden in [[], [512], [512, 256]]:
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten()]
    )
    for units in hidden:
        model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(images, labels, epochs=EPOCHS, verbose=0)
    _, accuracy = model.evaluate(
        test_images, test.labels, batch_size=1000, verbose=0
    )
    print(f"\nhidden layers {hidden}")
    print(f"{model.count_params():,} parameters")
    print(f"test accuracy {accuracy:.4f}")
