import keras
import numpy as np

CLOTHES = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]
DIGITS = [str(digit) for digit in range(10)]


def train_network(images, labels):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            # Ten scores; softmax comes below.
            keras.layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True
    )
    model.compile(optimizer="adam", loss=loss)
    model.fit(images / 255, labels, epochs=2, verbose=0)
    return model


def softmax(scores):
    # Less the largest: the same result, and never too large.
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


# Downloads the pictures once, into ~/.keras/datasets; without a
# network, copy that folder from another computer.
for title, dataset, names, indices in [
    (
        "Fashion-MNIST",
        keras.datasets.fashion_mnist,
        CLOTHES,
        [0, 2345],
    ),
    ("MNIST", keras.datasets.mnist, DIGITS, [34]),
]:
    train, (test_images, test_labels) = dataset.load_data()
    model = train_network(*train)
    for index in indices:
        image = test_images[index : index + 1] / 255
        scores = model.predict(image, verbose=0)[0]
        probabilities = softmax(scores)
        print(f"\n{title}, test picture {index}")
        print(f"label {test_labels[index]}")
        for label, share in enumerate(probabilities):
            name, score = names[label], scores[label]
            print(f"{score:7.2f} -> {share:.4f}  {name}")
        print(f"sum {probabilities.sum():.4f}")
        print(f"argmax {probabilities.argmax()}")
