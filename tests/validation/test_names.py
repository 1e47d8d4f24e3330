"""Items are matched with what is expected by name, also where the name was changed."""

from assay.validation.names import NameMatch, match_names


def match(keys: list[str], expected: list[str]) -> NameMatch:
    return match_names(tuple(sorted(keys)), tuple(sorted(expected)))


def test_equal_names_leave_nothing() -> None:
    assert match(["a", "b"], ["a", "b"]) == NameMatch((), (), ())


def test_another_folder_will_do_where_the_name_is_unique() -> None:
    assert match(["labels/a", "labels/b"], ["images/a", "images/b"]) == NameMatch((), (), ())


def test_a_name_in_two_folders_is_not_matched_across_folders() -> None:
    found = match(["x/a"], ["left/a", "right/a"])
    assert found.missing == ("left/a", "right/a")
    assert found.extra == ("x/a",)


def test_case_extension_separators_and_zeros_are_changes_of_name() -> None:
    found = match(["Street-01", "b_7.jpg", "c12"], ["street_1", "b007", "c_12"])
    assert found.renamed == (("Street-01", "street_1"), ("b_7.jpg", "b007"), ("c12", "c_12"))
    assert found.missing == found.extra == ()


def test_what_all_names_have_in_common_is_cut_off() -> None:
    keys = [f"city_{n:06}_gtFine_labelIds" for n in (1, 2, 15)]
    expected = [f"city_{n:06}_leftImg8bit" for n in (1, 2, 15)]
    assert match(keys, expected).renamed == tuple(zip(keys, expected, strict=True))


def test_a_name_that_holds_the_other_is_a_change_of_name() -> None:
    assert match(["a1_mask"], ["a1"]).renamed == (("a1_mask", "a1"),)


def test_neighbouring_numbers_are_never_one_image() -> None:
    found = match(["street-0001", "street-0003"], ["street-0002", "street-0004"])
    assert found.renamed == ()
    assert found.missing == ("street-0002", "street-0004")
    assert found.extra == ("street-0001", "street-0003")


def test_a_rival_makes_a_pair_doubtful() -> None:
    assert match(["a1_mask", "a1_label"], ["a1"]).renamed == ()


def test_one_item_left_over_keeps_its_pair() -> None:
    found = match(["A", "b", "x"], ["a", "b", "c"])
    assert found.renamed == (("A", "a"),)
    assert found.missing == ("c",)
    assert found.extra == ("x",)


def test_twenty_thousand_names_are_matched_at_once() -> None:
    expected = [f"image-{n:06}" for n in range(20_000)]
    found = match([f"{name}_mask" for name in expected], expected)
    assert len(found.renamed) == 20_000
