"""What several files of tests share: made-up values, small repositories, and ways to run lntx."""
