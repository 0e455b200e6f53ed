"""Sales and product, kept in step: what a customer needs, held against what there is, before a contract is signed."""
