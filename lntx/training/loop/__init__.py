"""Any training loop: a file gives a start, an epoch's batches and ways to take a step; lntx starts over, proves and times.

`loop` is what a file makes, `file` reads it; `made` and `batches` hold what its functions give, `origin` starts over in
place; `prepared` is one way made ready; `nudges`, `spread` and `agreement` are the proof.
"""
