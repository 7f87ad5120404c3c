"""Kernels: numba's of the backends fused and composed here, Triton's of the backend triton in the folder gpu.

All take the state first (weights outputs x features, bias outputs, and their momentum buffers), change it in place, and are
compiled once for each dtype, into a cache beside the user's files that later processes read. Sums may be reassociated
(that is what vector units need); NaN and infinity keep their meaning.
"""
