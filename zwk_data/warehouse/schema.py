"""Tables of the statistical database.

Each is sorted by what it is asked for, so that a question reads a few thousand rows in one place: observations by
place, ``indicator_value`` by indicator and place (lines), ``level_value`` by indicator, date and level (maps, ranks).

``projection_place`` is where a projection of each Kreis starts: arrays of 101 women and 101 men by single age, births
per woman at age 15 to 49. The three tables beside it say how far such projections were from what came.
``reusable`` names the parts that a later build may copy instead of computing them (``reuse``).
"""

TABLES = """
CREATE TABLE load (
    load_id VARCHAR PRIMARY KEY, seq INTEGER NOT NULL, source VARCHAR NOT NULL, dataset VARCHAR NOT NULL,
    url VARCHAR, retrieved_at VARCHAR NOT NULL, published_at VARCHAR, sha256 VARCHAR NOT NULL, rows BIGINT NOT NULL,
    parser_version INTEGER NOT NULL, accepted_at VARCHAR NOT NULL, unread VARCHAR
);
CREATE TABLE current_observation (
    dataset VARCHAR NOT NULL, measure VARCHAR NOT NULL, ags VARCHAR NOT NULL, reference_date DATE NOT NULL,
    sex VARCHAR NOT NULL, age_set VARCHAR NOT NULL, age_from SMALLINT NOT NULL, age_to SMALLINT,
    basis VARCHAR NOT NULL, value DOUBLE, status VARCHAR NOT NULL
);
CREATE TABLE place (
    ags VARCHAR PRIMARY KEY, level VARCHAR NOT NULL, name VARCHAR NOT NULL, name_official VARCHAR NOT NULL,
    type VARCHAR, kreis VARCHAR, land VARCHAR, nuts3 VARCHAR, lon DOUBLE, lat DOUBLE, degurba TINYINT,
    is_own_gemeinde BOOLEAN NOT NULL, current BOOLEAN NOT NULL
);
CREATE TABLE indicator_value (
    indicator VARCHAR NOT NULL, ags VARCHAR NOT NULL, reference_date DATE NOT NULL, basis VARCHAR NOT NULL,
    numerator DOUBLE, denominator DOUBLE, value DOUBLE, status VARCHAR NOT NULL, reason VARCHAR NOT NULL,
    datasets VARCHAR NOT NULL
);
CREATE TABLE own_source (
    dataset VARCHAR PRIMARY KEY, ags VARCHAR NOT NULL, title VARCHAR NOT NULL, source VARCHAR NOT NULL,
    basis VARCHAR NOT NULL, released_by VARCHAR NOT NULL, released_on DATE NOT NULL, first_date DATE NOT NULL,
    last_date DATE NOT NULL, saved_at VARCHAR NOT NULL
);
CREATE TABLE level_value (
    indicator VARCHAR NOT NULL, reference_date DATE NOT NULL, basis VARCHAR NOT NULL, level VARCHAR NOT NULL,
    land VARCHAR, kreis VARCHAR, ags VARCHAR NOT NULL, numerator DOUBLE, denominator DOUBLE, value DOUBLE,
    status VARCHAR NOT NULL, reason VARCHAR NOT NULL, datasets VARCHAR NOT NULL
);
CREATE TABLE projection_place (
    ags VARCHAR PRIMARY KEY, day DATE NOT NULL, basis VARCHAR NOT NULL, datasets VARCHAR NOT NULL,
    gross BOOLEAN NOT NULL, population DOUBLE[202] NOT NULL, survival DOUBLE[202] NOT NULL,
    improvement DOUBLE[202] NOT NULL, fertility DOUBLE[35] NOT NULL, in_migration DOUBLE[202] NOT NULL,
    out_rate DOUBLE[202] NOT NULL, tfr_low DOUBLE NOT NULL, tfr_high DOUBLE NOT NULL, net_low DOUBLE NOT NULL,
    net_high DOUBLE NOT NULL, tfr_low_years VARCHAR NOT NULL, tfr_high_years VARCHAR NOT NULL,
    net_low_years VARCHAR NOT NULL, net_high_years VARCHAR NOT NULL, size_class VARCHAR NOT NULL,
    notes VARCHAR NOT NULL
);
CREATE TABLE projection_case (
    ags VARCHAR NOT NULL, land VARCHAR NOT NULL, size_class VARCHAR NOT NULL, origin INTEGER NOT NULL,
    lead INTEGER NOT NULL, births DOUBLE NOT NULL, deaths DOUBLE NOT NULL, moves DOUBLE[6] NOT NULL
);
CREATE TABLE projection_error (
    ags VARCHAR NOT NULL, land VARCHAR NOT NULL, size_class VARCHAR NOT NULL, origin INTEGER NOT NULL,
    horizon INTEGER NOT NULL, age_group VARCHAR NOT NULL, method VARCHAR NOT NULL, projected DOUBLE NOT NULL,
    observed DOUBLE NOT NULL
);
CREATE TABLE projection_coverage (
    size_class VARCHAR NOT NULL, age_group VARCHAR NOT NULL, horizon INTEGER NOT NULL, cases INTEGER NOT NULL,
    inside INTEGER NOT NULL, fold VARCHAR NOT NULL
);
CREATE TABLE projection_stretch (
    size_class VARCHAR NOT NULL, age_group VARCHAR NOT NULL, horizon INTEGER NOT NULL, factor DOUBLE NOT NULL
);
CREATE TABLE projection_split (age INTEGER NOT NULL, groups VARCHAR NOT NULL, error DOUBLE NOT NULL);
CREATE TABLE reusable (key VARCHAR PRIMARY KEY);
"""

# The same values once more, for maps and ranks: the current places of each level; a kreisfreie Stadt counts as Gemeinde
# too. What a town says of itself stands on no map and in no rank.
LEVELS = """
INSERT INTO level_value
SELECT v.indicator, v.reference_date, v.basis, level, p.land, p.kreis, v.ags, v.numerator, v.denominator, v.value,
       v.status, v.reason, v.datasets
FROM indicator_value v JOIN (
    SELECT ags, land, kreis, unnest(CASE WHEN is_own_gemeinde THEN ['kreis', 'gemeinde'] ELSE [level] END) AS level
    FROM place WHERE current AND level <> 'quartier') p USING (ags)
WHERE v.basis <> 'register'
ORDER BY v.indicator, v.reference_date, v.basis, level, v.ags
"""
