CPU     ID                    FUNCTION:NAME
  C      1                           :BEGIN   short                            
  C      1                           :BEGIN   a string that is longer than thirty-three columns
  C      1                           :BEGIN   a                                  b                                

