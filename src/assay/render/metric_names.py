"""How metrics are headed and explained, taken from their own specs."""

_TITLES = {
    "pixel_accuracy": "Pixel accuracy",
    "mean_iou": "Mean IoU",
    "mean_dice": "Mean Dice",
    "frequency_weighted_iou": "Frequency-weighted IoU",
    "weighted_iou": "Criticality-weighted IoU",
    "mean_boundary_iou": "Mean Boundary IoU",
    "mean_boundary_f": "Mean boundary F",
    "severe_error_rate": "Severe-error rate",
    "iou": "IoU",
    "dice": "Dice",
    "precision": "Precision",
    "recall": "Recall",
    "boundary_iou": "Boundary IoU",
    "boundary_f": "Boundary F",
}


def title(name: str) -> str:
    """Return the heading of a metric; of an unknown one, its name in words."""
    return _TITLES.get(name) or name.replace("_", " ").capitalize()


def higher_is_better(name: str) -> bool:
    """Return whether more is better, as it is unless the metric's spec denies it."""
    return name != "severe_error_rate"
