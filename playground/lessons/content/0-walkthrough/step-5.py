# Pictures in each class.
print("to learn from:", np.bincount(train.labels))
print("to test with: ", np.bincount(test.labels))
