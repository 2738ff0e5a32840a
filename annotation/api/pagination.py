"""Pages of the REST API."""

from rest_framework.pagination import CursorPagination


class KeyPagination(CursorPagination):
    """Pages by primary key: constant cost however far one reads."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000
    ordering = "pk"
