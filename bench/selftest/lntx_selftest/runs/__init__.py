"""What is measured on the subject with the gate."""
