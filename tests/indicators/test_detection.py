"""Whether two observed values can be told apart: by simulation, and against sums over all outcomes."""

import numpy as np
import pytest

from zwk_data.indicators import detection
from zwk_data.indicators.detection import Observed, differs, pooled, smallest_detectable

SIZES = (237, 1_000, 5_000, 20_000, 100_000, 750_000)
RATES = (0.0085, 0.012, 0.045)  # births, deaths and moves per inhabitant
DRAWS = 1_500
# features.md: births at 8.5 per 1,000, five years against five; the smallest increase seen, in per cent
TABLE = {240: 175, 1_000: 73, 5_000: 29, 20_000: 14, 100_000: 6, 750_000: 2}


def events(count: float, exposure: float, model: str = "poisson", gross: float | None = None) -> Observed:
    return Observed(count / exposure, float(count), float(exposure), model, gross)


def told_apart(pairs: list[tuple[Observed, Observed]]) -> float:
    return float(np.mean([differs(*pair) in ("up", "down") for pair in pairs]))


def slack(share: float) -> float:
    """Three standard errors of a simulated share."""
    return 3 * float(np.sqrt(share * (1 - share) / DRAWS))


def counted(rate_before: float, rate_after: float, people: int, years: tuple[int, int], seed: int):
    random = np.random.default_rng(seed)
    before, after = people * years[0], people * years[1]
    first, second = random.poisson(rate_before * before, DRAWS), random.poisson(rate_after * after, DRAWS)
    return [(events(x, before), events(y, after)) for x, y in zip(first, second, strict=True)]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("people", SIZES)
def test_equal_rates_are_told_apart_in_at_most_five_of_a_hundred_cases_in_every_size_class(people, rate):
    for years in ((5, 5), (1, 1), (4, 2)):
        assert told_apart(counted(rate, rate, people, years, seed=people)) <= 0.05 + slack(0.05)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("people", (237, 1_000, 3_000))
def test_summed_over_all_outcomes_false_alarms_never_exceed_five_per_cent(people, rate):
    mean = rate * people * 5
    most = int(mean + 12 * np.sqrt(mean) + 12)
    more, fewer = detection._regions(most, most, 1.0, 0.05)
    weights = detection._probabilities(mean, most + 1)
    assert weights @ (more | fewer) @ weights <= 0.05


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("people", SIZES)
def test_the_smallest_detectable_change_is_seen_in_eighty_of_a_hundred_cases(people, rate):
    limit = smallest_detectable(rate, people, 5, 5, "poisson")
    assert abs(told_apart(counted(rate, rate + limit.up, people, (5, 5), seed=1)) - 0.8) <= 0.03 + slack(0.8) / 3
    if limit.down is not None:
        assert abs(told_apart(counted(rate, rate - limit.down, people, (5, 5), seed=2)) - 0.8) <= 0.03 + slack(0.8) / 3


@pytest.mark.parametrize(("people", "percent"), TABLE.items())
def test_the_table_of_the_detection_limit_of_births_is_reproduced(people, percent):
    limit = smallest_detectable(0.0085, people, 5, 5, "poisson")
    assert 100 * limit.relative == pytest.approx(percent, abs=max(0.5, 0.02 * percent))


def test_the_normal_approximation_meets_the_sum_over_all_outcomes_where_it_takes_over():
    level, rest = detection.ENUMERATED / 5_000, (5_000.0, 5_000.0, 0.8, 0.05)
    exact, normal = detection._all_outcomes(level, *rest), detection._many(level, *rest)
    assert normal[0] == pytest.approx(exact[0], rel=0.03)
    assert normal[1] == pytest.approx(exact[1], rel=0.03)


def test_the_verdict_and_the_region_of_the_power_are_the_same_test():
    more, fewer = detection._regions(60, 60, 3 / 2, 0.05)
    for before in range(0, 61, 4):
        for after in range(0, 61, 3):
            verdict = differs(events(before, 2_000), events(after, 3_000))
            expected = "up" if more[before, after] else "down" if fewer[before, after] else "not_distinguishable"
            assert verdict == expected, (before, after)


def test_the_verdict_is_the_exact_binomial_test_of_two_counts():
    # 2 of 12 by a fair coin: P(<= 2) = 79 / 4096 = 1.9 %, told apart; 3 of 12: 299 / 4096 = 7.3 %, not
    assert differs(events(10, 1_000), events(2, 1_000)) == "down"
    assert differs(events(2, 1_000), events(10, 1_000)) == "up"
    assert differs(events(9, 1_000), events(3, 1_000)) == "not_distinguishable"
    assert differs(events(0, 1_000), events(0, 1_000)) == "not_distinguishable"


@pytest.mark.parametrize("people", SIZES)
def test_equal_balances_are_told_apart_in_at_most_five_of_a_hundred_cases(people):
    random = np.random.default_rng(people)
    for come, go in ((0.0085, 0.012), (0.045, 0.04), (0.001, 0.001)):
        draws = [random.poisson(rate * people * 5, (DRAWS, 2)) for rate in (come, go)]
        balances, gross = draws[0] - draws[1], draws[0] + draws[1]
        pairs = [tuple(events(b, people * 5, "skellam", float(g)) for b, g in zip(*pair, strict=True))
                 for pair in zip(balances, gross, strict=True)]  # fmt: skip
        assert told_apart(pairs) <= 0.05 + slack(0.05)


@pytest.mark.parametrize("people", SIZES[1:])
def test_the_smallest_change_of_a_balance_is_seen_in_eighty_of_a_hundred_cases(people):
    random, gross = np.random.default_rng(people), 0.085
    limit = smallest_detectable(0.005, people, 5, 5, "skellam", gross=gross)
    means = [(0.045, 0.04), (0.045 + limit.up / 2, 0.04 - limit.up / 2)]
    counts = [[random.poisson(rate * people * 5, DRAWS) for rate in pair] for pair in means]
    pairs = [tuple(events(come[i] - go[i], people * 5, "skellam", float(come[i] + go[i])) for come, go in counts)
             for i in range(DRAWS)]  # fmt: skip
    assert abs(told_apart(pairs) - 0.8) <= 0.03 + slack(0.8) / 3


@pytest.mark.parametrize("asked", (60, 400, 5_000))
@pytest.mark.parametrize("share", (0.1, 0.5))
def test_shares_of_those_asked_hold_five_per_cent_and_the_promised_power(asked, share):
    random = np.random.default_rng(asked)
    limit = smallest_detectable(share, asked, 1, 1, "binomial")

    def rate(other: float) -> float:
        draws = random.binomial(asked, [[share, other]] * DRAWS)
        return told_apart([tuple(events(x, asked, "binomial") for x in pair) for pair in draws])

    assert rate(share) <= 0.05 + slack(0.05)
    assert abs(rate(share + limit.up) - 0.8) <= 0.03 + slack(0.8) / 3


def test_fewer_people_or_years_never_see_more():
    limits = [smallest_detectable(0.0085, people, 5, 5, "poisson").up for people in SIZES]
    assert limits == sorted(limits, reverse=True)
    by_years = [smallest_detectable(0.0085, 1_000, 5, years, "poisson").up for years in (1, 2, 3, 5, 8)]
    assert by_years == sorted(by_years, reverse=True)


def test_where_even_nothing_at_all_would_not_be_seen_there_is_no_limit_downwards():
    limit = smallest_detectable(0.0085, 237, 1, 1, "poisson")
    assert limit.down is None
    assert limit.up > 0.0085


def test_a_place_without_any_event_still_has_a_limit_upwards():
    limit = smallest_detectable(0.0, 237, 5, 5, "poisson")
    assert limit.relative == float("inf")
    assert 5 < limit.up * 237 * 5 < 10  # six events against none are told apart


def test_full_counts_have_no_model_of_chance():
    assert differs(Observed(20.1, 2_010, 10_000, ""), Observed(20.2, 2_020, 10_000, "")) == "no_chance_model"


def test_without_the_counts_nothing_is_shown_to_differ():
    assert differs(Observed(8.5, None, 1_000, "poisson"), events(90, 1_000)) == "not_distinguishable"
    assert differs(events(5, 9_000, "skellam"), events(500, 9_000, "skellam")) == "not_distinguishable"


def test_values_of_two_models_are_refused():
    with pytest.raises(ValueError, match="model"):
        differs(events(5, 1_000), events(5, 1_000, ""))


def test_pooled_years_are_the_sum_over_the_sum():
    years = [Observed(0.0, 4.0, 500.0, "poisson"), Observed(0.0, 8.0, 700.0, "poisson")]
    both = pooled(years, factor=1_000.0)
    assert (both.numerator, both.denominator, both.years) == (12.0, 1_200.0, 2)
    assert both.value == pytest.approx(10.0)


def test_pooled_counts_without_people_are_their_yearly_mean():
    both = pooled([Observed(4.0, 4.0, None, "poisson"), Observed(8.0, 8.0, None, "poisson")])
    assert (both.value, both.exposure) == (6.0, 2.0)


def test_what_one_year_does_not_know_the_pool_does_not_know():
    assert pooled([Observed(4.0, 4.0, None, "poisson"), Observed(1.0, None, None, "poisson")]).numerator is None


@pytest.mark.parametrize(
    "arguments",
    [(0.01, 0.0, 5, 5, "poisson"), (-0.1, 10.0, 5, 5, "poisson"), (0.1, 10.0, 5, 5, ""), (0.1, 9.0, 5, 5, "skellam")],
)
def test_what_has_no_limit_is_refused(arguments):
    with pytest.raises(ValueError, match=r"nothing can be seen|no limit"):
        smallest_detectable(*arguments)
