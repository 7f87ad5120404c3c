"""Whether a benchmark executes the same code in both arms: `tracing` puts together what may run, as digests.

`watch` sees what does run, `unseen` tells what reads files unseen, `project` knows which files are the project's, `sources`,
`skeleton` and `mentions` take them apart, and `reach` follows what may run besides.
"""
