"""Labels that are probably wrong, ranked without knowing what is right."""
