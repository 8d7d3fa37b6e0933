"""The HTTP server: routes, the event socket, the database and the supervision of runs."""
