"""Many areas: every notebook on every area, resumable, on one machine or a cluster."""
