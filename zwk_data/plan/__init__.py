"""The Werkstattplan: values, the example plans and their views."""
