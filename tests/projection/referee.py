"""The textbook, slowly: a second implementation of the projection that shares nothing with the first but the words.

One cell after the other, in dictionaries keyed (sex, age). Nothing is imported from the package.
"""

SEXES = ("f", "m")
LAST = 100
FERTILE_AGES = range(15, 50)


def project(start, years, male_share):
    """Project a population {(sex, age): persons}.

    ``years``: for each year a dictionary with survival, came, rate, left {(sex, age): …} and fertility {age: …}.
    Returns a list of days {(sex, age): persons} and a list of events, one dictionary a year.
    """
    days, events = [dict(start)], []
    for year in years:
        day, event = one_year(days[-1], year, male_share)
        days.append(day)
        events.append(event)
    return days, events


def one_year(now, year, male_share, births_factor=1.0, deaths_factor=1.0, moves_factor=1.0, growth=None):
    """Return the day a year later and what happened; the factors are those of one path in one year."""
    alive, deaths = {}, {}
    for sex in SEXES:
        for age in range(LAST + 1):
            deaths[sex, age], alive[sex, age] = 0.0, 0.0
    for sex in SEXES:
        for age in range(LAST + 1):
            reached = min(age + 1, LAST)
            chance = one_survives(year["survival"][sex, reached], deaths_factor)
            alive[sex, reached] += now[sex, age] * chance
            deaths[sex, reached] += now[sex, age] * (1 - chance)
    births = {}
    for age in FERTILE_AGES:
        women = (now["f", age] + alive["f", age]) / 2
        births[age] = women * year["fertility"][age] * births_factor
    children = sum(births.values())
    newborn = {"m": children * male_share, "f": children * (1 - male_share)}
    for sex in SEXES:
        chance = one_survives(year["survival"][sex, 0], deaths_factor)
        alive[sex, 0] = newborn[sex] * chance
        deaths[sex, 0] = newborn[sex] * (1 - chance)
    after, gone = {}, {}
    for cell, persons in alive.items():
        wish = (persons * year["rate"][cell] + year["left"][cell]) * moves_factor
        gone[cell] = wish if wish < persons else persons
        after[cell] = persons - gone[cell] + year["came"][cell] * moves_factor
        if growth is not None:
            after[cell] = max(after[cell] * (1 + growth[group_of(cell[1])]), 0.0)
    return after, {"births": births, "newborn": newborn, "deaths": deaths, "gone": gone}


def one_survives(survival, deaths_factor):
    death = (1 - survival) * deaths_factor
    return 1 - min(max(death, 0.0), 1.0)


def group_of(age):
    """The number of the group in which moves are missed: 0–17, 18–24, 25–29, 30–49, 50–64, 65 and older."""
    return sum(age >= first for first in (18, 25, 30, 50, 65))


def origins(start, years, male_share):
    """Follow residents, those born since and those who moved in, as three peoples under one set of rates.

    Returns a list of days, each {"residents" | "births" | "moved_in": {(sex, age): persons}}.
    """
    nobody = dict.fromkeys(start, 0.0)
    days = [{"residents": dict(start), "births": dict(nobody), "moved_in": dict(nobody)}]
    for year in years:
        people = days[-1]
        alone = {**year, "rate": nobody, "left": nobody, "came": nobody}
        stepped = {name: one_year(part, alone, male_share) for name, part in people.items()}
        children = {cell: sum(day[cell] for day, _ in stepped.values()) for cell in start if cell[1] == 0}
        after = {}
        for name, (day, _) in stepped.items():
            after[name] = {cell: persons for cell, persons in day.items() if cell[1] > 0}
            after[name].update({cell: children[cell] if name == "births" else 0.0 for cell in children})
        for cell in start:
            there = sum(part[cell] for part in after.values())
            gone = min(there * year["rate"][cell] + year["left"][cell], there)
            for part in after.values():
                part[cell] -= gone * part[cell] / there if there else 0.0
            after["moved_in"][cell] += year["came"][cell]
        days.append(after)
    return days
