"""What vendors hand over: uploaded, quarantined, read where nothing can be harmed, judged."""
