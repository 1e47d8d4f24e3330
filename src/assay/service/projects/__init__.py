"""What is bought: ontology, guideline, quality policy, budget, and where the data may go."""
