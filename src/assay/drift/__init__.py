"""Quality over time: charts that tell a vendor who changed from images that changed."""
