print("to learn from:", np.bincount(train.labels))  # pictures in each class
print("to test with: ", np.bincount(test.labels))
