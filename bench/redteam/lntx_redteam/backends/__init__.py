"""The members: one file each, named in `pyproject.toml` under the entry point group `lntx.backends`.

A file's docstring begins with what is wrong with it. Besides what any backend has, it may say

    SHOWS = "momentum"        the case (a key of `cases.CASES`) in which its fault shows; "plain" if left out
    ENDS = True               its process ends, hangs or is flooded: only commands that start their own processes survive it
    APART = True              it deceives its own process: only commands that judge it in another one find it
    TOLD = "default dtype"    it trains rightly and disturbs something else: found where a message has these words
    HEALED = "a sentence"     why it may also be made right: what lntx does with it
    OUT_OF_REACH = "..."      why nothing in lntx can find it; the table shows this, and that it is still so
    HONEST = True             a control: nothing is wrong with it, and it must not be found
"""
