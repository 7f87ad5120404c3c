"""Several ranks that make one training: who they are, which rows are whose, and what they sum up together.

Either they are given, by torchrun or by whoever sets its variables (`joined`): this process is one of them. Or lntx starts them
by itself (`local`), as threads of this process. Both sum by a process group of torch's: gloo on the CPU, NCCL on CUDA.
"""
