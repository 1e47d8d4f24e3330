"""What tests and studies set up alike: people, rows of work, a PostgreSQL, a Swift.

Neither imports the other for it; it knows nothing of either.
"""
