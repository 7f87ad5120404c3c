"""Other libraries as backends of lntx, and the targets that lntx is held to against them.

A package of its own, as a stranger's would be: `backends/` adds each library through the entry point group
`lntx.backends`, `targets/` says what is wanted, `contest/` measures it in turns and proves it first.
"""
