"""Where the parts of a large JSON file lie, so that each can be parsed alone."""

# ruff: noqa: PLR0911, PLR1714 - one return per fault; a set of bytes would be built in each turn

import numpy as np

from assay.kernels._compile import kernel


@kernel
def skip_value(data, position, max_depth):
    """Return (position after the JSON value that begins at ``position``, fault).

    Only strings and brackets are looked at; whether the value is sound says the parser that reads
    it later.  Faults: 1 the data end inside the value, 2 nesting deeper than ``max_depth``, 3 no
    value begins here.
    """
    depth = 0
    size = data.size
    while position < size:
        byte = data[position]
        if byte == 34:  # "
            position += 1
            while position < size and data[position] != 34:
                position += 2 if data[position] == 92 else 1  # backslash
            if position >= size:
                return size, 1
            position += 1
            if depth == 0:
                return position, 0
        elif byte == 123 or byte == 91:  # { [
            depth += 1
            if depth > max_depth:
                return position, 2
            position += 1
        elif byte == 125 or byte == 93:  # } ]
            if depth == 0:
                return position, 3
            depth -= 1
            position += 1
            if depth == 0:
                return position, 0
        elif depth == 0:
            # A number or a word: it ends at a separator.
            start = position
            while position < size and not (
                data[position] <= 32
                or data[position] == 44
                or data[position] == 58
                or data[position] == 93
                or data[position] == 125
                or data[position] == 34
            ):
                position += 1
            return position, 0 if position > start else 3
        else:
            position += 1
    return size, 1


@kernel
def index_objects(data, position, max_depth, key, starts, stops, numbers):
    """Find the objects of an array from ``position`` on, which lies at an element or at ``]``.

    Of each object, ``starts`` and ``stops`` (int64) get its place, and ``numbers`` the whole number
    of its own member ``key`` (uint8, with its quotation marks), or -1 where it has no such member
    or the number has more than 18 digits.  Stops when the arrays are full.

    Returns (count, position, state).  States: 0 the arrays are full, ``position`` is at the next
    element; 1 the array has ended, ``position`` is after ``]``; 2 the data end; 3 too deep; 4 not
    an object; 5 no comma or bracket where one must be.
    """
    size = data.size
    count = 0
    while True:
        while position < size and data[position] <= 32:
            position += 1
        if position >= size:
            return count, position, 2
        if data[position] == 93:
            # An empty array, or a comma before the bracket, which the caller refuses.
            return count, position + 1, 1
        if count == starts.size:
            return count, position, 0
        if data[position] != 123:
            return count, position, 4
        starts[count] = position
        number = np.int64(-1)
        depth = 1
        position += 1
        while depth > 0:
            if position >= size:
                return count, position, 2
            byte = data[position]
            if byte == 34:
                begin = position
                position += 1
                while position < size and data[position] != 34:
                    position += 2 if data[position] == 92 else 1
                position += 1
                if depth == 1 and position - begin == key.size and position < size:
                    same = True
                    for k in range(key.size):
                        if data[begin + k] != key[k]:
                            same = False
                            break
                    if same:
                        i = position
                        while i < size and data[i] <= 32:
                            i += 1
                        if i < size and data[i] == 58:
                            i += 1
                            while i < size and data[i] <= 32:
                                i += 1
                            first = i
                            value = np.int64(0)
                            while i < size and i - first < 19 and 48 <= data[i] <= 57:
                                value = value * 10 + (data[i] - 48)
                                i += 1
                            ended = i < size and (data[i] <= 32 or data[i] == 44 or data[i] == 125)
                            if first < i < first + 19 and ended:
                                number = value
            elif byte == 123 or byte == 91:
                depth += 1
                if depth > max_depth:
                    return count, position, 3
                position += 1
            elif byte == 125 or byte == 93:
                depth -= 1
                position += 1
            else:
                position += 1
        stops[count] = position
        numbers[count] = number
        count += 1
        while position < size and data[position] <= 32:
            position += 1
        if position >= size:
            return count, position, 2
        if data[position] == 93:
            return count, position + 1, 1
        if data[position] != 44:
            return count, position, 5
        position += 1
        while position < size and data[position] <= 32:
            position += 1
        if position < size and data[position] == 93:
            return count, position, 5
