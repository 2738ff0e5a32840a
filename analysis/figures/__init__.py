"""Pictures of a report: charts for papers, geometry for the page. No Django."""
