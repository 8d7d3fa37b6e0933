"""What every request and every socket passes before any route sees it. Pure ASGI, around everything."""
