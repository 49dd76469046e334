CPU     ID                    FUNCTION:NAME
  C      1                           :BEGIN 
  C      1                           :BEGIN 
  C      1                           :BEGIN 

