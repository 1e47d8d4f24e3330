"""Pilots: the same images to several vendors, judged blind; and awards, which open production."""
