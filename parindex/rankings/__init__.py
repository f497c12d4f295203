"""A year computed: accepted facts and survey estimates in; points, index, ranks and rank sets out."""
