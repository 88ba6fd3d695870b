# Every projection, in the order in which facts are stored: a new one is a folder here and a line at the end.
set(projections
  projections/activity
  projections/profile
  projections/relationship
  projections/complaints
  projections/contracts
  projections/usage
  projections/opinion
  projections/promises)
