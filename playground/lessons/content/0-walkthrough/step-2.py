from playground.data import load_split

train = load_split("fashion", "train")
test = load_split("fashion", "test")

# 60,000 pictures, 60,000 labels.
print(train.images.shape, train.labels.shape)
print(test.images.shape, test.labels.shape)
print(train.images.shape[0], train.images.shape[1])
print(train.images.dtype, train.images.min(), train.images.max())
