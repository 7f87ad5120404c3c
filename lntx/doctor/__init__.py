"""The doctor: what would spoil measurements on this machine, what to do about it, and how small a difference can show here.

    for finding in lntx.doctor.examined(Machine()): print(finding.says, finding.advice)

`checks/` holds one file for each thing that is looked at, found by its stem. What a check may look at is a `Machine`: files
below a root, variables, programs, libraries. `equal_code` measures the same code twice, in turns, and asks the judge what a gate
would make of it. Nothing here needs torch, and nothing is changed.
"""
