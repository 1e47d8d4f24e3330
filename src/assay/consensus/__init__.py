"""Several annotators, one map: how votes are fused, and how far each annotator is to be trusted."""
