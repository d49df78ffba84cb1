"""The pages' parts: the only package that imports streamlit. It never imports TensorFlow."""
