"""Other projects' benchmarks under lntx's regression gate, as they are.

A package of its own: it installs other people's projects. `projects` says which, of what kind and at which releases; `releases`
brings these from the package index and makes a repository of them, `environments` what their benchmarks run in; `gates` runs the
gate as anybody would, `store` keeps each run in a folder of its own, and `table` is what follows from them: docs/foreign.md.
"""
