import keras
import numpy as np
import tensorflow as tf

print("TensorFlow", tf.__version__)
print("Keras", keras.__version__)
