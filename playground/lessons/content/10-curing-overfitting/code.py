import keras

EPOCHS = 5  # the lesson trains 15
MORE = 10_000  # and has 20_000

# Downloads the pictures once, into ~/.keras/datasets; without a
# network, copy that folder from another computer.
train, test = keras.datasets.fashion_mnist.load_data()
images = train[0].astype("float32") / 255
labels = train[1]
test_images, test_labels = (
    test[0].astype("float32") / 255,
    test[1],
)

for name, size, rate, penalty in [
    ("no remedy", 2_000, 0, 0),
    ("dropout", 2_000, 0.5, 0),
    ("L2 penalty", 2_000, 0, 0.001),
    ("more pictures", MORE, 0, 0),
]:
    keras.utils.set_random_seed(0)
    squares = keras.regularizers.L2(penalty)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(
                128, activation="relu", kernel_regularizer=squares
            ),
            keras.layers.Dropout(rate),
            keras.layers.Dense(
                10,
                activation="softmax",
                kernel_regularizer=squares,
            ),
        ]
    )
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(
        images[:size], labels[:size], epochs=EPOCHS, verbose=0
    ).history
    _, accuracy = model.evaluate(
        test_images, test_labels, batch_size=1000, verbose=0
    )
    print(f"\n{name}")
    print(f"training accuracy {history['accuracy'][-1]:.4f}")
    print(f"test accuracy {accuracy:.4f}")
