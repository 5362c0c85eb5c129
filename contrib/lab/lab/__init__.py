"""What `contrib/lab/run` is made of."""
