# Pictures in each class.
print("to learn from:", np.bincount(labels))
print("to test with: ", np.bincount(test_labels))
