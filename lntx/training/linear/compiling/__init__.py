"""The ways of the backend `compiled`: what is put into a graph, and how many steps of it.

Each is a file with a class that holds what was compiled: `train` does a whole training with it, `rehearsals` says which
short trainings meet every graph that a long one will, so that nothing is left to be compiled while it is timed. They
share `graphs`, which calls torch.compile, and `descent`, a step without autograd.
"""
