"""What outlives the process: graphs with their history, runs and their logs. SQLite, or PostgreSQL by URL."""
