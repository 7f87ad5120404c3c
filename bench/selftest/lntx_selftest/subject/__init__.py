"""The subject: a small project with benchmarks of known truth, as a git repository in which every commit has a tag.

`base` is where all begin. `equal` changes a text that nothing reads. `plus3-even` makes every other benchmark do 3 % more
work (103 units instead of 100), `plus3-odd` the others; so with 5 and 10. A mutant has one benchmark of the second file do
one thing more that a counter must see.
"""
