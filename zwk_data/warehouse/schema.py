"""Tables of the statistical database. Sorted by place, because most questions are about one place."""

TABLES = """
CREATE TABLE load (
    load_id VARCHAR PRIMARY KEY, seq INTEGER NOT NULL, source VARCHAR NOT NULL, dataset VARCHAR NOT NULL,
    url VARCHAR, retrieved_at VARCHAR NOT NULL, published_at VARCHAR, sha256 VARCHAR NOT NULL, rows BIGINT NOT NULL,
    parser_version INTEGER NOT NULL
);
CREATE TABLE observation (
    load_id VARCHAR NOT NULL, dataset VARCHAR NOT NULL, measure VARCHAR NOT NULL, ags VARCHAR NOT NULL,
    reference_date DATE NOT NULL, sex VARCHAR NOT NULL, age_set VARCHAR NOT NULL, age_from SMALLINT NOT NULL,
    age_to SMALLINT, basis VARCHAR NOT NULL, value DOUBLE, status VARCHAR NOT NULL
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
"""

CURRENT = """
INSERT INTO current_observation
SELECT o.* EXCLUDE (load_id)
FROM observation o JOIN load l USING (load_id)
WHERE l.seq = (SELECT max(seq) FROM load n WHERE n.dataset = l.dataset)
"""
