"""The one registry of grids (R16-R19, R32-R34): what grids there are, and the only way to change them."""
