import keras
import numpy as np

from playground.data import DATASETS, load_split


def train_network(dataset):
    train = load_split(dataset, "train")
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
    model.fit(
        train.images / 255, train.labels, epochs=2, verbose=0
    )
    return model


def softmax(scores):
    # Less the largest: the same result, and never too large.
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


for dataset, indices in {
    "fashion": [0, 2345],
    "mnist": [34],
}.items():
    model = train_network(dataset)
    test = load_split(dataset, "test")
    names = DATASETS[dataset].class_names
    for index in indices:
        scores = model.predict(
            test.images[index : index + 1] / 255, verbose=0
        )[0]
        probabilities = softmax(scores)
        print(f"\n{dataset}, test picture {index}")
        print(f"label {test.labels[index]}")
        for label, share in enumerate(probabilities):
            name, score = names[label], scores[label]
            print(f"{name:12} {score:7.2f} -> {share:.4f}")
        print(f"sum {probabilities.sum():.4f}")
        print(f"argmax {probabilities.argmax()}")
