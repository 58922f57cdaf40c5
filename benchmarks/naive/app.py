"""Vergleich and Karte as one writes them first: Plotly Express, GeoJSON in the figure, ``st.cache_data`` and nothing else.

The same figures from the same database, the same controls, chart, table and source line as the real pages.
"""

import json
import os
from pathlib import Path

import duckdb
import pandas as pd
import plotly.express as px
import streamlit as st

DATABASE = os.environ["NAIVE_DATABASE"]
BOUNDARIES = Path(__file__).resolve().parents[2] / "static" / "boundaries"
PLACES = ["05758", "05", "DG", "05758012"]
SOURCE = "Quelle: Eurostat, Statistische Ämter des Bundes und der Länder"


@st.cache_data
def query(sql: str, *values: object) -> pd.DataFrame:
    with duckdb.connect(DATABASE, read_only=True) as connection:
        return connection.execute(sql, list(values)).df()


@st.cache_data
def polygons(name: str) -> dict:
    return json.loads((BOUNDARIES / f"{name}.geojson").read_text(encoding="utf-8"))


def indicator() -> str:
    found = query("SELECT DISTINCT indicator FROM indicator_value WHERE value IS NOT NULL ORDER BY indicator")
    return st.selectbox(
        "Indikator", found["indicator"].tolist(), index=found["indicator"].tolist().index("old_age_ratio_20_65")
    )


def finish(rows: pd.DataFrame) -> None:
    with st.expander("Als Tabelle"):
        st.dataframe(rows)
    st.download_button("Tabelle (CSV)", rows.to_csv(index=False), "tabelle.csv")
    st.caption(SOURCE)


def compare() -> None:
    st.title("Vergleich")
    chosen = indicator()
    rows = query(
        "SELECT name, v.* FROM indicator_value v JOIN place p USING (ags)"
        " WHERE indicator = ? AND list_contains(?, ags) AND value IS NOT NULL ORDER BY ags, reference_date",
        chosen, PLACES,
    )  # fmt: skip
    st.subheader(f"{chosen}: {len(rows)} Werte")
    st.plotly_chart(px.line(rows, x="reference_date", y="value", color="name", markers=True))
    finish(rows)


def chart_map() -> None:
    st.title("Karte")
    chosen = indicator()
    level = st.selectbox("Ausschnitt", ["Kreise in Deutschland", "Alle Gemeinden"])
    gemeinden = level == "Alle Gemeinden"
    rows = query(
        "SELECT name, ags, year(reference_date) AS year, value FROM indicator_value v JOIN place p USING (ags)"
        " WHERE indicator = ? AND value IS NOT NULL AND p.current AND p.level = ? ORDER BY year, ags",
        chosen, "gemeinde" if gemeinden else "kreis",
    )  # fmt: skip
    years = [str(year) for year in sorted(rows["year"].unique())]
    year = st.select_slider("Stichtag", years, value=years[-1])
    rows = rows[rows["year"] == int(year)]
    st.subheader(f"{chosen}, 31.12.{year}")
    figure = px.choropleth_map(
        rows, geojson=polygons("gemeinden" if gemeinden else "kreise"), locations="ags", color="value", featureidkey="id",
        hover_name="name", map_style="white-bg", center={"lat": 51.2, "lon": 10.4}, zoom=4.8, height=620,
    )  # fmt: skip
    st.plotly_chart(figure)
    finish(rows)


st.set_page_config(layout="wide")
st.navigation([
    st.Page(compare, title="Vergleich", url_path="vergleich", default=True), st.Page(chart_map, title="Karte", url_path="karte"),
]).run()  # fmt: skip
