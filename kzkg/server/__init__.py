"""The graph on the web: endpoint, saved queries as an API, dumps, descriptions; read-only, safe from strangers."""
