from playground.data import DATASETS

index = 0  # try 42, or any other up to 59999

label = train.labels[index]
print("label", label, "=", DATASETS["fashion"].class_names[label])
for row in train.images[index]:
    print("".join(f"{pixel:4d}" for pixel in row))
