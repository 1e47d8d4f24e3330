"""Price components by name."""

from assay.plugins import Registry
from assay.sourcing.fees import COMMITMENTS, FEES
from assay.sourcing.price import PriceComponent
from assay.sourcing.quality_pay import QUALITY_PAY
from assay.sourcing.unit_prices import UNIT_PRICES

PRICE_COMPONENTS: Registry[PriceComponent] = Registry(
    "price component",
    "assay.price_components",
    lambda: (*UNIT_PRICES, *FEES, *COMMITMENTS, *QUALITY_PAY),
)
