"""What goes over the wire, one module per noun. Together with the routes these make the OpenAPI file."""
