"""Weekly summaries: what happened in a project, for people who were not there."""
