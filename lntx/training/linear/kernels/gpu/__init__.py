"""Triton kernels: training on a GPU, the weights in registers, or X read once a step.

A row of X is held with a 1 behind its last feature, theta (outputs x (features + 1)) has the bias there: so weights and
bias are one vector, and a row of it fits one tile's columns. Columns are padded to a power of 2, as tiles must be; what
is padded is masked, and costs lanes but no memory traffic. Features and outputs are compiled in: only then does the
compiler know how rows are aligned, and reads 16 bytes a thread where that allows it (100 features of float32: yes).

Products and sums are written out, not `tl.dot`: one row of weights against a tile is a matrix-vector product, which
matrix units don't speed up, and TF32 would lose digits. Sums over samples are in the training's dtype within a tile, as a
tree, and in float64 across tiles and programs.

With TRITON_INTERPRET=1 in the environment, all of it runs on the CPU, slowly, in Triton's interpreter.
"""
