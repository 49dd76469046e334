CPU     ID                    FUNCTION:NAME
  C      1                           :BEGIN hello 1
  C      1                           :BEGIN there

