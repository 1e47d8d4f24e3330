"""The classes of simulated street scenes."""

from assay.labels import LabelClass, Ontology

#: Thirteen classes of a street; void is the bonnet of the recording car.
STREET = Ontology(
    (
        LabelClass(
            "sky",
            1,
            (166, 214, 240),
            definition="Open sky, also where it shows between leaves. Not reflections of it.",
            parent="background",
            weight=0.5,
            minimum_region_px=12,
        ),
        LabelClass(
            "building",
            2,
            (140, 130, 118),
            definition="Houses with their roofs, doors and windows. Not free-standing signs.",
            parent="background",
            minimum_region_px=12,
        ),
        LabelClass(
            "vegetation",
            3,
            (38, 122, 84),
            definition="Trees with their trunks, bushes and hedges. Not lawn.",
            parent="nature",
            weight=0.5,
            minimum_region_px=12,
            boundary_tolerance_px=3,
        ),
        LabelClass(
            "terrain",
            4,
            (173, 199, 104),
            definition="Lawn and other soft ground that nobody drives on.",
            parent="nature",
            minimum_region_px=12,
        ),
        LabelClass(
            "road",
            5,
            (72, 76, 98),
            definition="Where vehicles drive or park, with every marking on it.",
            parent="ground",
            weight=2.0,
            minimum_region_px=12,
        ),
        LabelClass(
            "pavement",
            6,
            (190, 164, 205),
            definition="Raised ground for people on foot, with its kerb.",
            parent="ground",
            weight=2.0,
            minimum_region_px=12,
        ),
        LabelClass(
            "pole",
            7,
            (232, 224, 204),
            definition="Lamp posts and the posts of signs, with arm and lamp.",
            parent="furniture",
            minimum_region_px=4,
            boundary_tolerance_px=1,
        ),
        LabelClass(
            "sign",
            8,
            (244, 200, 40),
            definition="Traffic signs and traffic lights, without their posts.",
            parent="furniture",
            kind="thing",
            weight=4.0,
            minimum_region_px=4,
            boundary_tolerance_px=1,
        ),
        LabelClass(
            "person",
            9,
            (206, 40, 56),
            definition="People on foot, with what they carry.",
            parent="human",
            kind="thing",
            weight=10.0,
            minimum_region_px=8,
            boundary_tolerance_px=1,
        ),
        LabelClass(
            "rider",
            10,
            (245, 130, 48),
            definition="People on a bicycle. The bicycle itself is a class of its own.",
            parent="human",
            kind="thing",
            weight=8.0,
            minimum_region_px=8,
            boundary_tolerance_px=1,
        ),
        LabelClass(
            "bicycle",
            11,
            (122, 58, 148),
            definition="Bicycles, ridden or parked; wheels count as filled.",
            parent="vehicle",
            kind="thing",
            weight=4.0,
            minimum_region_px=8,
            boundary_tolerance_px=1,
        ),
        LabelClass(
            "car",
            12,
            (34, 92, 190),
            definition="Passenger cars, driving or parked, with wheels and windows.",
            parent="vehicle",
            kind="thing",
            weight=5.0,
            minimum_region_px=12,
        ),
        LabelClass(
            "truck",
            13,
            (0, 168, 170),
            definition="Vans, lorries and buses.",
            parent="vehicle",
            kind="thing",
            weight=5.0,
            minimum_region_px=12,
        ),
    ),
    void_ids=(255,),
)

SKY = STREET.index_of("sky")
BUILDING = STREET.index_of("building")
VEGETATION = STREET.index_of("vegetation")
TERRAIN = STREET.index_of("terrain")
ROAD = STREET.index_of("road")
PAVEMENT = STREET.index_of("pavement")
POLE = STREET.index_of("pole")
SIGN = STREET.index_of("sign")
PERSON = STREET.index_of("person")
RIDER = STREET.index_of("rider")
BICYCLE = STREET.index_of("bicycle")
CAR = STREET.index_of("car")
TRUCK = STREET.index_of("truck")
EGO = STREET.first_void
