"""Everything of the dashboard that is not Streamlit: figures, indicators, exhibits, plans and their documents."""
