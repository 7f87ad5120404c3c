"""The judge: from what two arms took to a verdict, at error rates that are set before anything is measured.

Values in, values out (`lntx.result`): nothing here measures, prints or waits, so that every rule can be tried on streams
that were stored, or simulated.
"""
