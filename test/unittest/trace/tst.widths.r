CPU     ID                    FUNCTION:NAME
  C      1                           :BEGIN                   -1
  C      1                           :BEGIN          -2
  C      1                           :BEGIN     -3
  C      1                           :BEGIN   -4
  C      1                           :BEGIN                     1
  C      1                           :BEGIN           2
  C      1                           :BEGIN      3
  C      1                           :BEGIN    4

