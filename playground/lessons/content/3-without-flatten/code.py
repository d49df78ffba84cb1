import keras
from keras.layers import Dense, Flatten

# Downloads the pictures once, into ~/.keras/datasets; without a
# network, copy that folder from another computer.
(images, labels), _ = keras.datasets.mnist.load_data()
images, labels = images[:32] / 255, labels[:32]


def attempt(title, size, layers):
    model = keras.Sequential([keras.Input(size), *layers])
    model.compile(
        optimizer="adam", loss="sparse_categorical_crossentropy"
    )
    print(f"\n{title}:")
    print("one picture becomes", model.output_shape[1:])
    try:
        model.fit(images, labels, verbose=0)
    except ValueError as error:
        print("ValueError:", error)
    else:
        print("no error")


attempt(
    "with Flatten",
    (28, 28),
    [Flatten(), Dense(64, "relu"), Dense(10, "softmax")],
)
attempt(
    "without Flatten",
    (28, 28),
    [Dense(64, "relu"), Dense(10, "softmax")],
)
attempt(
    "Flatten later",
    (28, 28),
    [Dense(64, "relu"), Flatten(), Dense(10, "softmax")],
)
attempt(
    "wrong input size",
    (14, 14),
    [Flatten(), Dense(64, "relu"), Dense(10, "softmax")],
)
