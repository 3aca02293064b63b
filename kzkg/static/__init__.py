"""The graph as a folder of files: every page in three languages, its data beside it, and no server behind it.

`kzkg.static.building.build(plan)` writes the folder; `links` says where each page stands in it.
"""
