NAMES = [
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
index = 0  # try 42, or any other up to 59999

print("label", labels[index], "=", NAMES[labels[index]])
for row in images[index]:
    print("".join(f"{pixel:4d}" for pixel in row))
