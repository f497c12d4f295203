"""What every page and document needs: the request, the page's frame, problems, forms and files, charts' axes."""
